using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace AttnGan.Text;

/// <summary>The known words that other words are read as, by the other words: "puppy" is read as "dog".</summary>
internal sealed class WordReadings
{
    private readonly IReadOnlyDictionary<string, string> _known;

    /// <param name="known">The known word of each other word.</param>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <exception cref="AttnGanException">A word is read as an unknown one, or a known word as another one.</exception>
    public WordReadings(IReadOnlyDictionary<string, string> known, Vocabulary vocabulary)
    {
        foreach ((string word, string target) in known)
        {
            if (!vocabulary.TryGetId(target, out int id) || id == 0)
            {
                throw new AttnGanException($"\"{word}\" is read as \"{target}\", which is not in the vocabulary.");
            }

            if (word.Length == 0 || vocabulary.TryGetId(word, out _))
            {
                throw new AttnGanException(
                    $"\"{word}\" is read as \"{target}\", but it is {(word.Length == 0 ? "empty" : "known itself")}.");
            }
        }

        _known = known;
    }

    /// <summary>The table of models without one.</summary>
    public static WordReadings None { get; } = new(FrozenDictionary<string, string>.Empty, new Vocabulary([Vocabulary.End]));

    /// <summary>The number of words with a reading.</summary>
    public int Count => _known.Count;

    /// <summary>Finds the known word that a word is read as; returns false if it has none.</summary>
    public bool TryRead(string word, [NotNullWhen(true)] out string? known) => _known.TryGetValue(word, out known);

    /// <summary>Returns the other words by the known word that they are read as, separated by spaces; both sorted.</summary>
    public Dictionary<string, string> ByKnownWord() => _known
        .GroupBy(pair => pair.Value, pair => pair.Key, StringComparer.Ordinal)
        .OrderBy(group => group.Key, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => string.Join(' ', group.Order(StringComparer.Ordinal)), StringComparer.Ordinal);
}
