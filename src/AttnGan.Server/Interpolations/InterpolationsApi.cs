using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;
using AttnGan.Server.Images;
using AttnGan.Server.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Interpolations;

/// <summary><c>/v1/interpolations</c>: generates the frames between two images.</summary>
internal static class InterpolationsApi
{
    // Milliseconds per frame of an animation.
    private const int FrameDuration = 80;

    public static RouteGroupBuilder MapInterpolations(this RouteGroupBuilder api)
    {
        api.MapPost("/interpolations", GenerateAsync).WithTags("Generation").WithName("generateInterpolation")
            .WithSummary("Generate an interpolation")
            .WithDescription(
                "Interpolates between two captions, two seeds, or both. Responds with the frames in JSON by default, and with an " +
                "animated WebP file with `Accept: image/webp`.")
            .Produces<ImagesResponse>(StatusCodes.Status200OK, Representation.Json, ResponseImageFormat.WebP)
            .ProducesGenerationProblems();
        return api;
    }

    private static async Task<Results<Ok<ImagesResponse>, ImageResult, ProblemHttpResult>> GenerateAsync(
        InterpolationRequest request, HttpRequest http, ModelCatalog catalog, ServerOptions limits, CancellationToken aborted)
    {
        if (Representation.Negotiate(http, Representation.Json, ResponseImageFormat.WebP) is not { } representation)
        {
            return Problems.NotAcceptable(Representation.Json, ResponseImageFormat.WebP);
        }

        (LoadedModel? model, ProblemHttpResult? problem) =
            await catalog.LoadModelAsync(request, request.Validate(limits), aborted);
        if (model is null)
        {
            return problem!;
        }

        GenerationRequest from = request.From!.ToRequest(), to = request.To!.ToRequest();
        IReadOnlyList<GeneratedImage> frames =
            await model.Queue.InterpolateAsync(from, to, request.Frames, request.ToOptions(), aborted);
        if (representation == Representation.Json)
        {
            string mediaType = ResponseImageFormat.MediaTypeOf(request.Format);
            var suggestions = new WordSuggestions(model.Vocabulary, aborted);
            return TypedResults.Ok(new ImagesResponse(
                model.Name, [.. frames.Select(frame => ImageDescription.Of(frame, mediaType, suggestions))]));
        }

        string? style = frames[0].Style == frames[^1].Style ? frames[0].Style : null;
        byte[] animation = Animation.Encode(
            [.. frames.Select(frame => frame.Image)],
            new AnimationOptions
            {
                FrameDuration = FrameDuration,
                // No seed: a single one does not reproduce an interpolation. `attngan generate` writes none either.
                Metadata = frames[0].Metadata with
                {
                    Caption = $"{from.Caption} → {to.Caption}",
                    Seed = null,
                    Style = style,
                    Readings = GeneratedImage.TextOf([.. frames[0].Caption.Readings.Union(frames[^1].Caption.Readings)]),
                },
            });
        return new ImageResult(animation, ResponseImageFormat.WebP, from.Seed, style, model.Name);
    }
}
