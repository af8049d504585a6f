using System.Globalization;
using AttnGan.Generation;
using AttnGan.Server.Errors;
using AttnGan.Server.Http;
using AttnGan.Server.Images;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.OpenAI;

/// <summary><c>/v1/images/generations</c>: OpenAI's images API, for the clients that speak it.</summary>
internal static class ImageGenerationsApi
{
    private const string Path = "/images/generations";

    public static RouteGroupBuilder MapImageGenerations(this RouteGroupBuilder api)
    {
        api.MapPost(Path, GenerateAsync).WithTags("OpenAI").WithName("createImage")
            .WithSummary("Generate images as OpenAI's images API does")
            .WithDescription(
                "For clients of OpenAI's images API. `Authorization: Bearer` has the API key. Errors are " +
                "`{\"error\":{\"message\",\"type\",\"param\",\"code\"}}`. Members that this API does not know are ignored.")
            .ProducesGenerationProblems();
        return api;
    }

    /// <summary>Maps the addresses in responses. Like OpenAI's they need no key: nobody can make one up.</summary>
    public static RouteGroupBuilder MapImageLinks(this RouteGroupBuilder links)
    {
        links.MapGet($"{Path}/{{link}}", GetAsync).ExcludeFromDescription().WithMetadata(new EmbeddableElsewhere());
        return links;
    }

    private static async Task<Results<Ok<ImageGenerationsResponse>, ProblemHttpResult>> GenerateAsync(
        ImageGenerationsRequest request,
        HttpRequest http,
        ImageGeneration generation,
        ImageLinks links,
        TimeProvider time,
        CancellationToken aborted)
    {
        var errors = new RequestErrors(ImageGenerationsRequest.Names);
        ImagesRequest converted = request.Convert(errors);
        (GenerationJob? job, ProblemHttpResult? problem) = await generation.PrepareAsync(converted, errors, aborted);
        if (job is null)
        {
            return problem!;
        }

        // An address contains all that determines its image, which is generated when someone reads it.
        string revised = string.Join(' ', job.Model.Captions.Encode(request.Prompt!).Words);
        ImageData[] images = request.ResponseFormat == ImageGenerationsRequest.Url
            ? [.. job.Images.Select(image => new ImageData(null, AddressOf(image), revised, image.Seed, job.StyleOf(image)))]
            : [.. (await job.GenerateAsync(withDetails: false, aborted))
                .Select(image => new ImageData(job.Encode(image), null, revised, image.Seed, image.Style))];
        return TypedResults.Ok(new ImageGenerationsResponse(
            time.GetUtcNow().ToUnixTimeSeconds(),
            job.Model.Name,
            SizeText(job.Side),
            SizeText(job.GeneratedSide),
            converted.Format,
            images));

        string AddressOf(GenerationRequest image) => $"{http.Scheme}://{http.Host}{http.PathBase}{http.Path}/" +
            links.Create(converted with { N = 1, Seed = image.Seed, Style = job.Style, Model = job.Model.Name });
    }

    private static async Task<Results<ImageResult, ProblemHttpResult>> GetAsync(
        string link, ImageGeneration generation, ImageLinks links, CancellationToken aborted)
    {
        if (links.Read(link) is not { } request)
        {
            return Problems.InvalidLink();
        }

        (GenerationJob? job, ProblemHttpResult? problem) =
            await generation.PrepareAsync(request, new RequestErrors(ImageGenerationsRequest.Names), aborted);
        if (job is null)
        {
            return problem!;
        }

        GeneratedImage image = (await job.GenerateAsync(withDetails: false, aborted))[0];
        return new ImageResult(job.Encode(image), job.MediaType, image.Seed, image.Style, job.Model.Name);
    }

    private static string SizeText(int side) => string.Create(CultureInfo.InvariantCulture, $"{side}x{side}");
}
