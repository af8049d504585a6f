using System.Diagnostics.CodeAnalysis;

namespace AttnGan.Text;

/// <summary>The words that a model knows, with their IDs. ID 0 is <see cref="End"/>, which also pads short captions.</summary>
public sealed class Vocabulary
{
    /// <summary>The word with ID 0: the end of a caption, and padding. It is the same in the files of the official code.</summary>
    public const string End = "<end>";

    /// <summary>The length of the longest word that <see cref="Nearest"/> compares.</summary>
    internal const int MaxSimilarLength = 64;

    private readonly string[] _words;
    private readonly Dictionary<string, int> _ids;

    // Only unknown words need it.
    private readonly Lazy<SimilarWords> _similar;

    /// <summary>Creates a vocabulary.</summary>
    /// <param name="words">All words; the index of a word is its ID. The first one is <see cref="End"/>.</param>
    /// <exception cref="AttnGanException">The first word is not <see cref="End"/>, or a word is empty or a duplicate.</exception>
    public Vocabulary(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.Count == 0 || words[0] != End)
        {
            throw new AttnGanException(
                $"The vocabulary {(words.Count == 0 ? "is empty" : $"starts with '{words[0]}'")}; its first word must be '{End}'.");
        }

        var ids = new Dictionary<string, int>(words.Count, StringComparer.Ordinal);
        for (int id = 0; id < words.Count; id++)
        {
            if (string.IsNullOrWhiteSpace(words[id]))
            {
                throw new AttnGanException($"Word {id} of the vocabulary is empty.");
            }

            if (!ids.TryAdd(words[id], id))
            {
                throw new AttnGanException($"The vocabulary has '{words[id]}' twice, as words {ids[words[id]]} and {id}.");
            }
        }

        _words = [.. words];
        _ids = ids;
        _similar = new Lazy<SimilarWords>(() => new SimilarWords(_words));
    }

    /// <summary>The number of words, <see cref="End"/> included.</summary>
    public int Count => _words.Length;

    /// <summary>All words; the index of a word is its ID.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>The word of an ID.</summary>
    /// <param name="id">In [0, <see cref="Count"/>).</param>
    public string this[int id] => _words[id];

    /// <summary>
    /// Builds a vocabulary from tokenized captions. Words of more captions come first, then ordinal order decides, so that the result does
    /// not depend on the order of the captions.
    /// </summary>
    /// <param name="tokenizedCaptions">The words of each caption, from <see cref="CaptionTokenizer.Tokenize"/>.</param>
    /// <param name="minCount">The minimum number of captions that contain a word, at least 1; rarer words are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The minimum is less than 1.</exception>
    public static Vocabulary Build(IEnumerable<IReadOnlyList<string>> tokenizedCaptions, int minCount = 1)
    {
        ArgumentNullException.ThrowIfNull(tokenizedCaptions);
        ArgumentOutOfRangeException.ThrowIfLessThan(minCount, 1);
        return new Vocabulary(
        [
            End,
            .. CountCaptions(tokenizedCaptions)
                .Where(pair => pair.Value >= minCount)
                .OrderByDescending(pair => pair.Value)
                .ThenBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => pair.Key),
        ]);
    }

    /// <summary>Counts the captions that each word occurs in.</summary>
    /// <param name="tokenizedCaptions">The words of each caption, from <see cref="CaptionTokenizer.Tokenize"/>.</param>
    public static IReadOnlyDictionary<string, int> CountCaptions(IEnumerable<IReadOnlyList<string>> tokenizedCaptions)
    {
        ArgumentNullException.ThrowIfNull(tokenizedCaptions);
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (IReadOnlyList<string> words in tokenizedCaptions)
        {
            foreach (string? word in words.Distinct(StringComparer.Ordinal))
            {
                counts[word] = counts.GetValueOrDefault(word) + 1;
            }
        }

        return counts;
    }

    /// <summary>Finds the ID of a word; returns false if the word is not in the vocabulary.</summary>
    public bool TryGetId([NotNullWhen(true)] string? word, out int id)
    {
        id = 0;
        return word is not null && _ids.TryGetValue(word, out id);
    }

    /// <summary>
    /// Returns known words that are similar to an unknown one, nearest first: by edit distance (at most a third of the word's length),
    /// then by the longest common prefix, then by frequency. The result may be empty; it is for words of more than 64 characters.
    /// </summary>
    /// <param name="word">The unknown word.</param>
    /// <param name="count">The maximum number of results, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public IReadOnlyList<string> Nearest(string word, int count = 3)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return word.Length > MaxSimilarLength
            ? []
            : _similar.Value.Find(word, limit: word.Length == 1 ? 0 : Math.Max(1, word.Length / 3), count);
    }
}
