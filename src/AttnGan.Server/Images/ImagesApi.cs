using AttnGan.Generation;
using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;
using AttnGan.Server.Models;
using AttnGan.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Images;

/// <summary><c>/v1/images</c>: pictures from captions.</summary>
internal static class ImagesApi
{
    public static RouteGroupBuilder MapImages(this RouteGroupBuilder api)
    {
        api.MapPost("/images", Draw).WithTags("Drawing").WithName("drawImages")
            .WithSummary("Draw pictures")
            .WithDescription(
                "Answers with JSON. A client that accepts image/png or image/webp rather than JSON gets the picture itself, its seed and " +
                "model in the headers X-Seed and X-Model, caption, seed and model in the file too; one that accepts multipart/mixed gets a " +
                "part a picture.")
            .Produces<ImagesResponse>(StatusCodes.Status200OK, Representation.Json, PictureFormat.Png, PictureFormat.WebP, Representation.Multipart)
            .ProducesDrawingProblems();
        return api;
    }

    /// <summary>What can go wrong wherever something is drawn.</summary>
    public static RouteHandlerBuilder ProducesDrawingProblems(this RouteHandlerBuilder endpoint) => endpoint
        .ProducesValidationProblem()
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status406NotAcceptable)
        .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
        .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
        .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
        .ProducesProblem(StatusCodes.Status429TooManyRequests)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<Results<Ok<ImagesResponse>, PictureResult, MultipartResult, ValidationProblem, ProblemHttpResult>> Draw(
        ImagesRequest request, HttpRequest http, ModelCatalog catalog, ServerOptions limits, CancellationToken aborted)
    {
        string asked = PictureFormat.IsKnown(request.Format) ? PictureFormat.MediaTypeOf(request.Format) : PictureFormat.Png;
        // The format that was asked for goes before the other where the client accepts both.
        string other = asked == PictureFormat.Png ? PictureFormat.WebP : PictureFormat.Png;
        string? form = Representation.Choose(http, Representation.Json, asked, other, Representation.Multipart);
        if (form is null)
        {
            return Problems.NotAcceptable(Representation.Json, PictureFormat.Png, PictureFormat.WebP, Representation.Multipart);
        }

        RequestErrors errors = request.Check(limits);
        bool isPicture = form is PictureFormat.Png or PictureFormat.WebP;
        if (isPicture && (request.N != 1 || request.Captions?.Count > 1))
        {
            errors.Add("n", $"`Accept: {form}` asks for one picture; accept {Representation.Multipart} or {Representation.Json} for several.");
        }

        if (errors.Any)
        {
            return errors.ToResult();
        }

        if (catalog.Find(request.Model) is not { } served)
        {
            return Problems.UnknownModel(request.Model!, catalog);
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
        PictureRequest[] pictures =
            [.. captions.SelectMany(caption => Enumerable.Range(0, request.N), (caption, i) => new PictureRequest(caption, seed + i))];
        IReadOnlyList<GeneratedImage> images =
            await model.Queue.DrawAsync(pictures, request.Options(pictureAlone: form != Representation.Json), aborted);

        return form switch
        {
            Representation.Json => TypedResults.Ok(new ImagesResponse(
                model.Name, [.. images.Select(image => ImageDescription.Of(image, asked, model.Vocabulary))])),
            Representation.Multipart => new MultipartResult(images, asked, model.Name),
            _ => new PictureResult(PictureFormat.Encode(images[0].Picture, form, images[0].Metadata), form, images[0].Seed, model.Name),
        };
    }

    /// <summary>Refuses captions of which the model knows no word, before they wait for their turn.</summary>
    public static ProblemHttpResult? FindNoKnownWord(IEnumerable<string> captions, LoadedModel model)
    {
        EncodedCaption? nothingKnown = captions.Select(model.Captions.Encode).FirstOrDefault(caption => caption.Ids.Count == 0);
        return nothingKnown is null ? null : Problems.NoKnownWord(nothingKnown, UnknownWord.Of(nothingKnown, model.Vocabulary));
    }
}
