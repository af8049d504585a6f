using System.ComponentModel;
using System.Text.Json.Serialization;
using AttnGan.Models;
using AttnGan.Server.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Models;

/// <summary><c>/v1/models</c>: describes the models. Their files cannot be downloaded.</summary>
internal static class ModelsApi
{
    public static RouteGroupBuilder MapModels(this RouteGroupBuilder api)
    {
        RouteGroupBuilder models = api.MapGroup("/models").WithTags("Models");
        models.MapGet("/", ListAsync).WithName("listModels").WithSummary("List the models");
        models.MapGet("/{name}", GetAsync).WithName("getModel").WithSummary("Get a model")
            .ProducesProblem(StatusCodes.Status404NotFound);
        return api;
    }

    private static async Task<Ok<ModelList>> ListAsync(ModelCatalog catalog)
    {
        var models = new List<ModelDescription>();
        foreach (ServedModel model in catalog.All)
        {
            try
            {
                models.Add(await DescribeAsync(model, catalog));
            }
            catch (AttnGanException)
            {
                // Already logged. A damaged file must not hide the other models.
            }
        }

        return TypedResults.Ok(new ModelList(models));
    }

    private static async Task<Results<Ok<ModelDescription>, ProblemHttpResult>> GetAsync(
        [Description("Name of the model.")] string name, ModelCatalog catalog) =>
        catalog.Find(name) is { } model ? TypedResults.Ok(await DescribeAsync(model, catalog)) : Problems.UnknownModel(name, catalog.Names);

    private static async Task<ModelDescription> DescribeAsync(ServedModel model, ModelCatalog catalog)
    {
        ModelInfo info = await model.DescribeAsync();
        return new ModelDescription(
            model.Name,
            info.Card.Description,
            info.Card.License,
            info.Card.Steps,
            info.StageSizes,
            info.Styles,
            info.Captions.Vocabulary.Count - 1,
            info.Captions.MaxWords,
            model == catalog.Default)
        {
            Created = model.Created.ToUnixTimeSeconds(),
        };
    }
}

/// <summary>All models.</summary>
internal sealed record ModelList(
    [property: Description("The models, sorted by name.")] IReadOnlyList<ModelDescription> Models)
{
    [Description("\"list\", for clients of OpenAI's API.")]
    public string Object { get; } = "list";

    [Description("The models, for clients of OpenAI's API.")]
    public IReadOnlyList<ModelReference> Data => [.. Models.Select(model => new ModelReference(model.Id, model.Created))];
}

/// <summary>A model in the list that clients of OpenAI's API read.</summary>
internal sealed record ModelReference(
    [property: Description("Name of the model in requests.")] string Id,
    [property: Description("Unix time of the model's file in seconds.")] long Created)
{
    [Description("\"model\".")]
    public string Object { get; } = ModelDescription.ObjectName;

    [JsonPropertyName("owned_by")]
    [Description("\"attngan\".")]
    public string OwnedBy { get; } = ModelDescription.Owner;
}

/// <summary>The description of a model.</summary>
internal sealed record ModelDescription(
    [property: Description("Name of the model in requests.")] string Name,
    [property: Description("The images that it generates, its training data and its quality.")] string? Description,
    [property: Description("License of the weights and of the training images.")] string? License,
    [property: Description("Number of GAN training steps.")] long Steps,
    [property: Description("Width and height in pixels of each stage's image, smallest first.")] IReadOnlyList<int> StageSizes,
    [property: Description("Names of the styles that the model tells apart, such as artists; empty if it has none.")]
    IReadOnlyList<string> Styles,
    [property: Description("Number of known words.")] int VocabularySize,
    [property: Description("Maximum number of known words that the model reads of a caption.")] int MaxWords,
    [property: Description("True for the model that serves requests which name none.")] bool Default)
{
    internal const string ObjectName = "model";
    internal const string Owner = "attngan";

    [Description("The name, for clients of OpenAI's API.")]
    public string Id => Name;

    [Description("\"model\", for clients of OpenAI's API.")]
    public string Object { get; } = ObjectName;

    [Description("Unix time of the model's file in seconds.")]
    public long Created { get; init; }

    [JsonPropertyName("owned_by")]
    [Description("\"attngan\", for clients of OpenAI's API.")]
    public string OwnedBy { get; } = Owner;
}
