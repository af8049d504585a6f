using AttnGan.Generation;
using AttnGan.Server.Errors;
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
                "Responds with JSON by default. With `Accept: image/png`, `image/webp` or `image/jpeg` the response is the image file; " +
                "the X-Seed, X-Style and X-Model headers have its seed, style and model, and its metadata have these and the caption. " +
                "With `Accept: multipart/mixed` each image is a part. With `Accept: text/event-stream` each stage of each image is an " +
                "event `stage` as soon as it is computed; the event `done` follows, or `problem` with problem details.")
            .Produces<ImagesResponse>(
                StatusCodes.Status200OK,
                Representation.Json,
                ResponseImageFormat.Png,
                ResponseImageFormat.WebP,
                ResponseImageFormat.Jpeg,
                Representation.Multipart,
                Representation.EventStream)
            .ProducesGenerationProblems();
        return api;
    }

    private static async Task<Results<Ok<ImagesResponse>, ImageResult, MultipartResult, StageStream, ProblemHttpResult>> GenerateAsync(
        ImagesRequest request, HttpRequest http, ImageGeneration generation, CancellationToken aborted)
    {
        string format = ResponseImageFormat.IsKnown(request.Format)
            ? ResponseImageFormat.MediaTypeOf(request.Format)
            : ResponseImageFormat.Png;
        // Where the client accepts several formats, the requested one takes precedence.
        IEnumerable<string> others = ResponseImageFormat.MediaTypes.Where(other => other != format);
        string[] representations = [Representation.Json, format, .. others, Representation.Multipart, Representation.EventStream];
        if (Representation.Negotiate(http, representations) is not { } representation)
        {
            return Problems.NotAcceptable(representations);
        }

        var errors = new RequestErrors();
        bool isFile = ResponseImageFormat.MediaTypes.Contains(representation);
        if (isFile && (request.N != 1 || request.Captions?.Count > 1))
        {
            errors.Add(
                "n",
                $"`Accept: {representation}` allows only one image; accept {Representation.Multipart} or {Representation.Json} " +
                "for several.");
        }

        (GenerationJob? job, ProblemHttpResult? problem) = await generation.PrepareAsync(request, errors, aborted);
        if (job is null)
        {
            return problem!;
        }

        if (representation == Representation.EventStream)
        {
            return new StageStream(job.GenerateStages(aborted), job.Images, request.Truncation, format, job.Model);
        }

        IReadOnlyList<GeneratedImage> images = await job.GenerateAsync(representation == Representation.Json, aborted);
        string model = job.Model.Name;
        var suggestions = new WordSuggestions(job.Model.Vocabulary, aborted);
        return representation switch
        {
            Representation.Json => TypedResults.Ok(new ImagesResponse(
                model, [.. images.Select(image => ImageDescription.Of(image, format, suggestions))])),
            Representation.Multipart => new MultipartResult(images, format, model),
            _ => new ImageResult(
                ResponseImageFormat.Encode(images[0].Image, representation, images[0].Metadata),
                representation,
                images[0].Seed,
                images[0].Style,
                model),
        };
    }
}
