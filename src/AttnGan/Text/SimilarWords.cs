using System.Numerics;

namespace AttnGan.Text;

/// <summary>Finds the words of a vocabulary that are similar to a word, without a comparison with each of them.</summary>
internal sealed class SimilarWords
{
    private readonly string[] _words;
    private readonly Dictionary<int, List<(int Id, ulong Letters)>> _byLength = [];

    /// <param name="words">The words by ID. ID 0 is no word of captions.</param>
    public SimilarWords(string[] words)
    {
        _words = words;
        for (int id = 1; id < words.Length; id++)
        {
            if (!_byLength.TryGetValue(words[id].Length, out List<(int, ulong)>? ids))
            {
                _byLength[words[id].Length] = ids = [];
            }

            ids.Add((id, LettersOf(words[id])));
        }
    }

    /// <summary>Returns the nearest words: by edit distance, then by the longest common prefix, then by ID.</summary>
    /// <param name="word">The word.</param>
    /// <param name="limit">The largest edit distance.</param>
    /// <param name="count">The maximum number of results.</param>
    public IReadOnlyList<string> Find(string word, int limit, int count)
    {
        ulong letters = LettersOf(word);
        var near = new List<(int Distance, int Prefix, int Id)>();
        for (int length = Math.Max(1, word.Length - limit); length <= word.Length + limit; length++)
        {
            foreach ((int id, ulong known) in _byLength.GetValueOrDefault(length) ?? [])
            {
                // Each edit removes and adds at most one letter.
                if (BitOperations.PopCount(letters & ~known) > limit || BitOperations.PopCount(known & ~letters) > limit)
                {
                    continue;
                }

                int distance = EditDistance.Within(word, _words[id], limit);
                if (distance <= limit && distance < length)
                {
                    near.Add((distance, word.AsSpan().CommonPrefixLength(_words[id]), id));
                }
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

    /// <summary>Returns the set of a word's letters; several letters share a bit.</summary>
    private static ulong LettersOf(string word)
    {
        ulong letters = 0;
        foreach (char letter in word)
        {
            letters |= 1UL << (letter & 63);
        }

        return letters;
    }
}
