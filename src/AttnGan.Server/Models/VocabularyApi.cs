using System.ComponentModel;
using AttnGan.Server.Errors;
using AttnGan.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Models;

/// <summary><c>/v1/vocabulary</c>: lists the words that a model knows, and suggests known words for an unknown one.</summary>
internal static class VocabularyApi
{
    private const int MaxWords = 1000;
    private const int DefaultWords = 50;
    private const int DefaultSuggestions = 3;

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
        var errors = new Dictionary<string, string[]>();
        if (limit is < 1 or > MaxWords)
        {
            errors["limit"] = [$"The limit is {limit}; expected 1 to {MaxWords}."];
        }

        if (prefix is not null && near is not null)
        {
            errors["near"] = ["Specify either `prefix` or `near`, not both."];
        }

        if (near?.Length > Vocabulary.MaxSimilarLength)
        {
            errors["near"] = [$"The word has {near.Length} characters; expected at most {Vocabulary.MaxSimilarLength}."];
        }

        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        if (catalog.Find(model) is not { } served)
        {
            return Problems.UnknownModel(model!, catalog.Names);
        }

        Vocabulary vocabulary = (await served.DescribeAsync()).Captions.Vocabulary;
        return TypedResults.Ok(new WordList(
            served.Name,
            near is null
                ? [.. WordsWithPrefix(LowerCase(prefix ?? ""), vocabulary).Take(limit ?? DefaultWords)]
                : vocabulary.Nearest(LowerCase(near), limit ?? DefaultSuggestions)));
    }

    private static IEnumerable<string> WordsWithPrefix(string prefix, Vocabulary vocabulary) =>
        vocabulary.Words.Skip(1).Where(word => word.StartsWith(prefix, StringComparison.Ordinal));

#pragma warning disable CA1308 // Vocabularies are lower-case.
    private static string LowerCase(string word) => word.Trim().ToLowerInvariant();
#pragma warning restore CA1308
}

/// <summary>Words of a model's vocabulary.</summary>
internal sealed record WordList(
    [property: Description("Name of the model.")] string Model,
    [property: Description("The words, the most frequent or the most similar first.")] IReadOnlyList<string> Words);
