using AttnGan.Generation;
using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;
using AttnGan.Server.Models;
using AttnGan.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Images;

/// <summary><c>/v1/images</c>: images from captions.</summary>
internal static class ImagesApi
{
    public static RouteGroupBuilder MapImages(this RouteGroupBuilder api)
    {
        api.MapPost("/images", Draw).WithTags("Drawing").WithName("drawImages")
            .WithSummary("Draw images")
            .WithDescription(
                "Answers with JSON. A client that accepts image/png or image/webp rather than JSON gets the image itself, its seed and " +
                "model in the headers X-Seed and X-Model, caption, seed and model in the file too; one that accepts multipart/mixed gets a " +
                "part an image.")
            .Produces<ImagesResponse>(StatusCodes.Status200OK, Representation.Json, ResponseImageFormat.Png, ResponseImageFormat.WebP, Representation.Multipart)
            .ProducesGenerationProblems();
        return api;
    }

    /// <summary>What can go wrong wherever something is drawn.</summary>
    public static RouteHandlerBuilder ProducesGenerationProblems(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status406NotAcceptable)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<Results<Ok<ImagesResponse>, ImageResult, MultipartResult, ValidationProblem, ProblemHttpResult>> Draw(
        ImagesRequest request, HttpRequest http, ModelCatalog catalog, ServerOptions limits, CancellationToken aborted)
    {
        string asked = ResponseImageFormat.IsKnown(request.Format) ? ResponseImageFormat.MediaTypeOf(request.Format) : ResponseImageFormat.Png;
        // The format that was asked for goes before the other where the client accepts both.
        string other = asked == ResponseImageFormat.Png ? ResponseImageFormat.WebP : ResponseImageFormat.Png;
        string? form = Representation.Choose(http, Representation.Json, asked, other, Representation.Multipart);
        if (form is null)
        {
            return Problems.NotAcceptable(Representation.Json, ResponseImageFormat.Png, ResponseImageFormat.WebP, Representation.Multipart);
        }

        RequestErrors errors = request.Check(limits);
        bool isImage = form is ResponseImageFormat.Png or ResponseImageFormat.WebP;
        if (isImage && (request.N != 1 || request.Captions?.Count > 1))
        {
            errors.Add("n", $"`Accept: {form}` asks for one image; accept {Representation.Multipart} or {Representation.Json} for several.");
        }

        if (errors.Any)
        {
            return errors.ToResult();
        }

        if (catalog.Find(request.Model) is not { } served)
        {
            return Problems.UnknownModel(request.Model!, catalog.Names);
        }

        LoadedModel model = await served.LoadAsync();
        errors.CheckSize(request.Size, model.Pipeline.StageSizes);
        if (errors.Any)
        {
            return errors.ToResult();
        }

        IReadOnlyList<string> captions = request.AllCaptions();
        if (FindNoKnownWord(captions, model) is { } problem)
        {
            return problem;
        }

        // Few enough digits for every client's numbers.
        long seed = request.Seed ?? Random.Shared.Next();
        GenerationRequest[] requests =
            [.. captions.SelectMany(caption => Enumerable.Range(0, request.N), (caption, i) => new GenerationRequest(caption, seed + i))];
        IReadOnlyList<GeneratedImage> images =
            await model.Queue.DrawAsync(requests, request.Options(imageAlone: form != Representation.Json), aborted);

        return form switch
        {
            Representation.Json => TypedResults.Ok(new ImagesResponse(
                model.Name, [.. images.Select(image => ImageDescription.Of(image, asked, model.Vocabulary))])),
            Representation.Multipart => new MultipartResult(images, asked, model.Name),
            _ => new ImageResult(ResponseImageFormat.Encode(images[0].Image, form, images[0].Metadata), form, images[0].Seed, model.Name),
        };
    }

    /// <summary>Refuses captions of which the model knows no word, before they wait for their turn.</summary>
    public static ProblemHttpResult? FindNoKnownWord(IEnumerable<string> captions, LoadedModel model)
    {
        EncodedCaption? nothingKnown = captions.Select(model.Captions.Encode).FirstOrDefault(caption => caption.Ids.Count == 0);
        return nothingKnown is null ? null : Problems.NoKnownWord(nothingKnown, UnknownWord.Of(nothingKnown, model.Vocabulary));
    }
}
