using System.Text;
using AttnGan.Models;
using AttnGan.Text;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.WordNet;

namespace AttnGan.Training.Export.Words;

/// <summary>Makes the table of a model package that says which known words other English words are read as.</summary>
internal static class PackageReadings
{
    /// <summary>The maximum size of the table in the package, in bytes.</summary>
    public const int MaxSize = 300_000;

    /// <summary>The number of words that are looked up, the most frequent first.</summary>
    public const int MaxWords = 60_000;

    /// <summary>Returns the package with a table of readings.</summary>
    /// <param name="package">The package.</param>
    /// <param name="wordNet">The database folder of WordNet.</param>
    /// <param name="vectors">A file of word vectors; null for none.</param>
    /// <exception cref="AttnGanException">A file cannot be read, or no word has a reading.</exception>
    public static ModelPackage AddTo(ModelPackage package, string wordNet, string? vectors)
    {
        var database = WordNetDatabase.Open(wordNet);
        Dictionary<string, string> readings = Find(package.Vocabulary, package.Captions.Tokenizer, database, vectors);
        return readings.Count > 0 ? package.WithReadings(readings, database.License) : throw new AttnGanException(
            $"No word of `{wordNet}` can be read as one of the {package.Vocabulary.Count - 1} words of the model. The table is for " +
            "models of English captions; export without `--words`.");
    }

    /// <summary>Returns the readings of the most frequent words, as many as fit.</summary>
    private static Dictionary<string, string> Find(
        Vocabulary vocabulary, CaptionTokenizer tokenizer, WordNetDatabase database, string? vectors)
    {
        WordVectors? values = vectors is null ? null : WordVectors.Read(
            vectors, word => vocabulary.TryGetId(word, out _) || WordReadingsBuilder.IsCandidate(database, word));
        var builder = new WordReadingsBuilder(database, values, [.. vocabulary.Words.Skip(1)]);
        var readings = new Dictionary<string, string>(StringComparer.Ordinal);
        var targets = new HashSet<string>(StringComparer.Ordinal);
        int size = 2;
        foreach (string word in (values?.Words ?? WordsOf(database))
            .Where(word => !vocabulary.TryGetId(word, out _))
            .Take(MaxWords)
            .Where(tokenizer.CanProduce))
        {
            if (builder.Read(word) is not { } known || !vocabulary.TryGetId(known, out _))
            {
                continue;
            }

            // A space or quotation marks, and for the first word of a known one its name, a colon and a comma.
            size += Encoding.UTF8.GetByteCount(word) + 1 + (targets.Add(known) ? Encoding.UTF8.GetByteCount(known) + 6 : 0);
            if (size > MaxSize)
            {
                break;
            }

            readings.Add(word, known);
        }

        return readings;
    }

    /// <summary>Returns the words that occur most often in annotated texts first, with the regular plurals of nouns.</summary>
    private static IReadOnlyList<string> WordsOf(WordNetDatabase database) =>
    [
        .. database.Words
            .Where(word => WordReadingsBuilder.IsCandidate(database, word))
            .OrderByDescending(word => database.SensesOf(word).Sum(sense => sense.Count))
            .ThenBy(word => word, StringComparer.Ordinal)
            .SelectMany(word => database.SensesOf(word).Any(sense => sense.Class == WordClass.Noun) ? [word, $"{word}s"] : (string[])[word])
            .Distinct(StringComparer.Ordinal),
    ];
}
