using AttnGan.Generation;
using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;
using AttnGan.Server.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Images;

/// <summary><c>/v1/images</c>: generates images from captions.</summary>
internal static class ImagesApi
{
    public static RouteGroupBuilder MapImages(this RouteGroupBuilder api)
    {
        api.MapPost("/images", GenerateAsync).WithTags("Generation").WithName("generateImages")
            .WithSummary("Generate images")
            .WithDescription(
                "Responds with JSON by default. With `Accept: image/png` or `image/webp` the response is the image file; the X-Seed and " +
                "X-Model headers have its seed and model, and its metadata have caption, seed and model. With `Accept: multipart/mixed` " +
                "each image is a part. With `Accept: text/event-stream` each stage of each image is an event `stage` as soon as it is " +
                "computed; the event `done` follows, or `problem` with problem details.")
            .Produces<ImagesResponse>(
                StatusCodes.Status200OK,
                Representation.Json,
                ResponseImageFormat.Png,
                ResponseImageFormat.WebP,
                Representation.Multipart,
                Representation.EventStream)
            .ProducesGenerationProblems();
        return api;
    }

    private static async Task<Results<Ok<ImagesResponse>, ImageResult, MultipartResult, StageStream, ProblemHttpResult>> GenerateAsync(
        ImagesRequest request, HttpRequest http, ModelCatalog catalog, ServerOptions limits, CancellationToken aborted)
    {
        string format = ResponseImageFormat.IsKnown(request.Format)
            ? ResponseImageFormat.MediaTypeOf(request.Format)
            : ResponseImageFormat.Png;
        // Where the client accepts both formats, the requested one takes precedence.
        string other = format == ResponseImageFormat.Png ? ResponseImageFormat.WebP : ResponseImageFormat.Png;
        string? representation = Representation.Negotiate(
            http, Representation.Json, format, other, Representation.Multipart, Representation.EventStream);
        if (representation is null)
        {
            return Problems.NotAcceptable(
                Representation.Json,
                ResponseImageFormat.Png,
                ResponseImageFormat.WebP,
                Representation.Multipart,
                Representation.EventStream);
        }

        RequestErrors errors = request.Validate(limits);
        bool isFile = representation is ResponseImageFormat.Png or ResponseImageFormat.WebP;
        if (isFile && (request.N != 1 || request.Captions?.Count > 1))
        {
            errors.Add(
                "n",
                $"`Accept: {representation}` allows only one image; accept {Representation.Multipart} or {Representation.Json} " +
                "for several.");
        }

        (LoadedModel? model, ProblemHttpResult? problem) = await catalog.LoadModelAsync(request, errors, aborted);
        if (model is null)
        {
            return problem!;
        }

        // Nonnegative and below 2^31, which every client's numbers represent exactly.
        long seed = request.Seed ?? Random.Shared.Next();
        GenerationRequest[] requests =
        [
            .. request.AllCaptions().SelectMany(
                caption => Enumerable.Range(0, request.N), (caption, i) => new GenerationRequest(caption, seed + i)),
        ];
        if (representation == Representation.EventStream)
        {
            return new StageStream(
                model.Queue.GenerateStages(requests, request.ToOptions(withDetails: true), aborted),
                requests,
                request.Truncation,
                format,
                model);
        }

        IReadOnlyList<GeneratedImage> images =
            await model.Queue.GenerateAsync(requests, request.ToOptions(withDetails: representation == Representation.Json), aborted);

        var suggestions = new WordSuggestions(model.Vocabulary, aborted);
        return representation switch
        {
            Representation.Json => TypedResults.Ok(new ImagesResponse(
                model.Name, [.. images.Select(image => ImageDescription.Of(image, format, suggestions))])),
            Representation.Multipart => new MultipartResult(images, format, model.Name),
            _ => new ImageResult(
                ResponseImageFormat.Encode(images[0].Image, representation, images[0].Metadata),
                representation,
                images[0].Seed,
                model.Name),
        };
    }
}
