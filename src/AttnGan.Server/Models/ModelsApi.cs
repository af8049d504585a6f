using System.ComponentModel;
using AttnGan.Models;
using AttnGan.Server.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Models;

/// <summary><c>/v1/models</c>: what there is to draw with. The files themselves are not given out.</summary>
internal static class ModelsApi
{
    public static RouteGroupBuilder MapModels(this RouteGroupBuilder api)
    {
        RouteGroupBuilder models = api.MapGroup("/models").WithTags("Models");
        models.MapGet("/", List).WithName("listModels").WithSummary("The models that there are, by name");
        models.MapGet("/{name}", Get).WithName("getModel").WithSummary("One model")
            .ProducesProblem(StatusCodes.Status404NotFound);
        return api;
    }

    private static async Task<Ok<ModelList>> List(ModelCatalog catalog)
    {
        var models = new List<ModelDescription>();
        foreach (ServedModel model in catalog.All)
        {
            try
            {
                models.Add(await Describe(model, catalog));
            }
            catch (AttnGanException)
            {
                // The log has it already. A damaged file does not hide the others.
            }
        }

        return TypedResults.Ok(new ModelList(models));
    }

    private static async Task<Results<Ok<ModelDescription>, ProblemHttpResult>> Get(
        [Description("The model's name.")] string name, ModelCatalog catalog) =>
        catalog.Find(name) is { } model ? TypedResults.Ok(await Describe(model, catalog)) : Problems.UnknownModel(name, catalog.Names);

    private static async Task<ModelDescription> Describe(ServedModel model, ModelCatalog catalog)
    {
        ModelInfo info = await model.DescribeAsync();
        return new ModelDescription(
            model.Name,
            info.Card.Description,
            info.Card.License,
            info.Card.Steps,
            info.StageSizes,
            info.Captions.Vocabulary.Count - 1,
            info.Captions.MaxWords,
            model == catalog.Default);
    }
}

/// <summary>All models.</summary>
/// <param name="Models">By name.</param>
internal sealed record ModelList(IReadOnlyList<ModelDescription> Models);

/// <summary>A model.</summary>
internal sealed record ModelDescription(
    [property: Description("What requests call it.")] string Name,
    [property: Description("What it draws, what it was trained on, how good it is.")] string? Description,
    [property: Description("License of the weights, and of the images that they were trained on.")] string? License,
    [property: Description("GAN training steps made.")] long Steps,
    [property: Description("Side in pixels of each image that it draws, smallest first.")] IReadOnlyList<int> StageSizes,
    [property: Description("Words that it knows.")] int VocabularySize,
    [property: Description("Longest caption that is read whole, in known words.")] int MaxWords,
    [property: Description("Whether it draws where a request names no model.")] bool Default);
