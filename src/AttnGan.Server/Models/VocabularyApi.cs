using System.ComponentModel;
using AttnGan.Server.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Models;

/// <summary><c>/v1/vocabulary</c>: lists the words that a model knows, and suggests known words for an unknown one.</summary>
internal static class VocabularyApi
{
    public static RouteGroupBuilder MapVocabulary(this RouteGroupBuilder api)
    {
        api.MapGet("/vocabulary", GetAsync).WithTags("Models").WithName("getVocabulary")
            .WithSummary("List known words")
            .WithDescription("Lists the words with a prefix, the most frequent first, or those similar to an unknown word.")
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);
        return api;
    }

    private static async Task<Results<Ok<WordList>, ValidationProblem, ProblemHttpResult>> GetAsync(
        ModelCatalog catalog,
        [Description("Prefix of the words.")] string? prefix = null,
        [Description("An unknown word; the response has similar known words, the most similar first.")] string? near = null,
        [Description("Maximum number of words, 1 to 1000. Default: 50, or 3 with `near`.")] int? limit = null,
        [Description("Name of the model. Default: the server's default model.")] string? model = null)
    {
        (WordList? words, IDictionary<string, string[]> errors) = await VocabularySearch.FindAsync(catalog, prefix, near, limit, model);
        return errors.Count > 0 ? TypedResults.ValidationProblem(errors)
            : words is null ? Problems.UnknownModel(model!, catalog.Names)
            : TypedResults.Ok(words);
    }
}

/// <summary>Words of a model's vocabulary.</summary>
internal sealed record WordList(
    [property: Description("Name of the model.")] string Model,
    [property: Description("The words, the most frequent or the most similar first.")] IReadOnlyList<string> Words);
