using System.Globalization;
using System.Text.Json;
using AttnGan.Generation;
using AttnGan.Server.Errors;
using AttnGan.Server.Images;
using AttnGan.Server.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.WebUi;

/// <summary><c>/sdapi/v1</c>: the part of Automatic1111's API that Open WebUI and LibreChat use.</summary>
internal static class WebUiApi
{
    private const string Tag = "Automatic1111";

    // What Automatic1111 responds when options are set; some clients parse it.
    private static readonly ContentHttpResult s_null = TypedResults.Text("null", Representation.Json);

    public static RouteGroupBuilder MapWebUi(this RouteGroupBuilder api)
    {
        api.MapPost("/txt2img", GenerateAsync).WithTags(Tag).WithName("textToImage")
            .WithSummary("Generate images as Automatic1111's API does")
            .WithDescription(
                "For clients of Automatic1111's API. The API key is the password of `Authorization: Basic`. Members that this API does " +
                "not know are ignored.")
            .ProducesGenerationProblems();
        api.MapGet("/options", (SelectedModel selected) => TypedResults.Ok(new WebUiOptions { Checkpoint = selected.Name }))
            .WithTags(Tag).WithName("getOptions").WithSummary("Get the model of `/sdapi`");
        api.MapPost("/options", SetOptions).WithTags(Tag).WithName("setOptions")
            .WithSummary("Choose the model of `/sdapi`").WithDescription("Applies to all clients of `/sdapi`, until the server stops.")
            .Produces(StatusCodes.Status200OK, contentType: Representation.Json).ProducesProblem(StatusCodes.Status404NotFound);
        api.MapGet("/sd-models", ListModels).WithTags(Tag).WithName("listCheckpoints").WithSummary("List the models");
        return api;
    }

    private static async Task<Results<Ok<TextToImageResponse>, ProblemHttpResult>> GenerateAsync(
        TextToImageRequest request, ImageGeneration generation, SelectedModel selected, CancellationToken aborted)
    {
        (GenerationJob? job, ProblemHttpResult? problem) = await generation.PrepareAsync(
            request.Convert(selected.Name), new RequestErrors(TextToImageRequest.Names), aborted);
        if (job is null)
        {
            return problem!;
        }

        IReadOnlyList<GeneratedImage> images = await job.GenerateAsync(withDetails: false, aborted);
        var info = new TextToImageInfo(
            request.Prompt!,
            request.NegativePrompt ?? "",
            images[0].Seed,
            [.. images.Select(image => image.Seed)],
            job.Side,
            job.Side,
            images.Count,
            job.Model.Name,
            job.Style is { } style ? [style] : [],
            [.. images.Select(image => InfoText(image, job))]);
        return TypedResults.Ok(new TextToImageResponse([.. images.Select(job.Encode)], request, JsonSerializer.Serialize(info)));
    }

    private static Results<ContentHttpResult, ProblemHttpResult> SetOptions(
        WebUiOptions options, ModelCatalog catalog, SelectedModel selected)
    {
        // Clients send all options back; without a model there is nothing to change.
        if (string.IsNullOrEmpty(options.Checkpoint))
        {
            return s_null;
        }

        if (catalog.Find(options.Checkpoint) is not { } model)
        {
            return Problems.UnknownModel(options.Checkpoint, catalog.Names);
        }

        selected.Name = model.Name;
        return s_null;
    }

    private static Ok<IReadOnlyList<WebUiModel>> ListModels(ModelCatalog catalog) => TypedResults.Ok<IReadOnlyList<WebUiModel>>(
        [.. catalog.All.Select(model => new WebUiModel(model.Name, model.Name, Path.GetFileName(model.Path)))]);

    /// <summary>Describes an image in the two lines that clients take apart: the caption, and parameters.</summary>
    private static string InfoText(GeneratedImage image, GenerationJob job)
    {
        string caption = image.Caption.Text.ReplaceLineEndings(" ");
        string scaled = job.Side == job.GeneratedSide
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $", Generated size: {job.GeneratedSide}x{job.GeneratedSide}");
        string style = image.Style is null ? "" : $", Style: {image.Style.ReplaceLineEndings(" ")}";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{caption}\nSeed: {image.Seed}, Size: {job.Side}x{job.Side}{scaled}{style}, Model: {job.Model.Name}, " +
            $"Version: {AttnGanVersion.Software}");
    }
}
