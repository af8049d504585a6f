using AttnGan.Text;

namespace AttnGan.Server.Models;

/// <summary>Searches the vocabulary of a model.</summary>
internal static class VocabularySearch
{
    private const int MaxWords = 1000;
    private const int DefaultWords = 50;
    private const int DefaultSuggestions = 3;

    /// <summary>Finds the words with a prefix, the most frequent first, or those similar to a word.</summary>
    /// <returns>The words, null if there is no such model; and the errors by parameter, with which there are no words.</returns>
    public static async Task<(WordList? Words, IDictionary<string, string[]> Errors)> FindAsync(
        ModelCatalog catalog, string? prefix, string? near, int? limit, string? model)
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

        if (errors.Count > 0 || catalog.Find(model) is not { } served)
        {
            return (null, errors);
        }

        Vocabulary vocabulary = (await served.DescribeAsync()).Captions.Vocabulary;
        IReadOnlyList<string> words = near is null
            ? [.. WordsWithPrefix(LowerCase(prefix ?? ""), vocabulary).Take(limit ?? DefaultWords)]
            : vocabulary.Nearest(LowerCase(near), limit ?? DefaultSuggestions);
        return (new WordList(served.Name, words), errors);
    }

    private static IEnumerable<string> WordsWithPrefix(string prefix, Vocabulary vocabulary) =>
        vocabulary.Words.Skip(1).Where(word => word.StartsWith(prefix, StringComparison.Ordinal));

#pragma warning disable CA1308 // Vocabularies are lower-case.
    private static string LowerCase(string word) => word.Trim().ToLowerInvariant();
#pragma warning restore CA1308
}
