using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace AttnGan.Text;

/// <summary>The words that a model knows, each with its number. Number 0 is <see cref="End"/>, which also pads short captions.</summary>
public sealed class Vocabulary
{
    /// <summary>The word of number 0: end of a caption, and padding. The same as in the official code's files.</summary>
    public const string End = "<end>";

    private readonly string[] _words;
    private readonly FrozenDictionary<string, int> _ids;

    /// <summary>A vocabulary in the given order: a word's number is its place.</summary>
    /// <exception cref="AttnGanException">The first word is not <see cref="End"/>, or a word is empty or there twice.</exception>
    public Vocabulary(IReadOnlyList<string> words)
    {
        ArgumentNullException.ThrowIfNull(words);
        if (words.Count == 0 || words[0] != End)
        {
            throw new AttnGanException(
                $"A vocabulary must begin with '{End}', but {(words.Count == 0 ? "it is empty" : $"this begins with '{words[0]}'")}.");
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
        _ids = ids.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>Number of words, <see cref="End"/> included.</summary>
    public int Count => _words.Length;

    /// <summary>All words; a word's place is its number.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>The word of a number in [0, <see cref="Count"/>).</summary>
    public string this[int id] => _words[id];

    /// <summary>
    /// Collects the words of tokenized captions: words of more captions first, then in ordinal order, so that the same captions
    /// give the same vocabulary in whatever order they come.
    /// </summary>
    /// <param name="tokenizedCaptions">The words of each caption, as <see cref="CaptionTokenizer.Tokenize"/> gives them.</param>
    /// <param name="minCount">Words of fewer captions than this are left out (at least 1).</param>
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

    /// <summary>In how many captions each word occurs.</summary>
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

    /// <summary>The number of a word; false where the vocabulary lacks it.</summary>
    public bool TryGetId([NotNullWhen(true)] string? word, out int id)
    {
        id = 0;
        return word is not null && _ids.TryGetValue(word, out id);
    }

    /// <summary>
    /// Known words that a reader may have meant by an unknown one, nearest first: fewest letters inserted, dropped, changed or
    /// swapped (at most a third of the word's length), then the longest common beginning, then the most frequent. Often empty.
    /// </summary>
    public IReadOnlyList<string> Nearest(string word, int count = 3)
    {
        ArgumentNullException.ThrowIfNull(word);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int limit = word.Length == 1 ? 0 : Math.Max(1, word.Length / 3);
        var near = new List<(int Distance, int Prefix, int Id)>();
        for (int id = 1; id < _words.Length; id++)
        {
            string known = _words[id];
            if (Math.Abs(known.Length - word.Length) > limit)
            {
                continue;
            }

            int distance = EditDistance.Between(word, known);
            if (distance <= limit && distance < known.Length)
            {
                near.Add((distance, word.AsSpan().CommonPrefixLength(known), id));
            }
        }

        return
        [
            .. near.OrderBy(entry => entry.Distance)
                .ThenByDescending(entry => entry.Prefix)
                .ThenBy(entry => entry.Id)
                .Take(count)
                .Select(entry => _words[entry.Id]),
        ];
    }
}
