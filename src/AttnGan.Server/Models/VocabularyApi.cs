using System.ComponentModel;
using AttnGan.Server.Errors;
using AttnGan.Text;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AttnGan.Server.Models;

/// <summary><c>/v1/vocabulary</c>: the words that a model knows, and those that may have been meant by one that it does not.</summary>
internal static class VocabularyApi
{
    private const int MaxWords = 1000;
    private const int UsualWords = 50;
    private const int UsualSuggestions = 3;

    // Words are compared with all of a vocabulary; those that can be meant are not much longer than its own.
    private const int LongestWord = 64;

    public static RouteGroupBuilder MapVocabulary(this RouteGroupBuilder api)
    {
        api.MapGet("/vocabulary", Get).WithTags("Models").WithName("getVocabulary")
            .WithSummary("Words that a model knows")
            .WithDescription("The words with a beginning, the most frequent first, or those nearest to a word that the model may not know.")
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);
        return api;
    }

    private static async Task<Results<Ok<WordList>, ValidationProblem, ProblemHttpResult>> Get(
        ModelCatalog catalog,
        [Description("How the words begin.")] string? prefix = null,
        [Description("An unknown word; the nearest known ones are the answer, the nearest first.")] string? near = null,
        [Description("Most words to answer with, 1 to 1000. Without it 50, or 3 with `near`.")] int? limit = null,
        [Description("The model's name. Without it the default one.")] string? model = null)
    {
        var errors = new Dictionary<string, string[]>();
        if (limit is < 1 or > MaxWords)
        {
            errors["limit"] = [$"{limit} is out of range; expected 1 to {MaxWords}."];
        }

        if (prefix is not null && near is not null)
        {
            errors["near"] = ["Give `prefix` or `near`, not both."];
        }

        if (near?.Length > LongestWord)
        {
            errors["near"] = [$"The word has {near.Length} characters; at most {LongestWord} are compared."];
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
                ? [.. WordsWith(LowerCase(prefix ?? ""), vocabulary).Take(limit ?? UsualWords)]
                : vocabulary.Nearest(LowerCase(near), limit ?? UsualSuggestions)));
    }

    private static IEnumerable<string> WordsWith(string prefix, Vocabulary vocabulary) =>
        vocabulary.Words.Skip(1).Where(word => word.StartsWith(prefix, StringComparison.Ordinal));

#pragma warning disable CA1308 // Vocabularies are in lower case.
    private static string LowerCase(string word) => word.Trim().ToLowerInvariant();
#pragma warning restore CA1308
}

/// <summary>Words of a model's vocabulary.</summary>
internal sealed record WordList(
    [property: Description("The model.")] string Model,
    [property: Description("The words, the most frequent or the nearest first.")] IReadOnlyList<string> Words);
