using AttnGan.Training.Formats.WordNet;

namespace AttnGan.Training.Export.Words;

/// <summary>The known words in WordNet's definitions ("young domestic cat" of "kitten").</summary>
internal sealed class Definitions(WordNetDatabase database, KnownMeanings known)
{
    private static readonly char[] s_separators = [' ', ',', ';', '(', ')', '-', '.'];

    // The words after the first noun phrase of a definition.
    private static readonly HashSet<string> s_ends = new(
        ("of that with in for used having from by to on or and which who when resembling made containing worn consisting characterized " +
        "at as where whose usually often especially formerly").Split(' '),
        StringComparer.Ordinal);

    private readonly Dictionary<int, HashSet<string>> _mentioned = [];

    /// <summary>Returns the known words of a definition, in any form, without those of its examples.</summary>
    public IReadOnlySet<string> MentionedBy(int synset)
    {
        if (!_mentioned.TryGetValue(synset, out HashSet<string>? words))
        {
            string text = database.Synsets[synset].Definition;
            int example = text.IndexOf('"', StringComparison.Ordinal);
            _mentioned[synset] = words =
            [
                .. LowerCase(example < 0 ? text : text[..example])
                    .Split(s_separators, StringSplitOptions.RemoveEmptyEntries)
                    .SelectMany(word => WordForms.BasesOf(word)
                        .Where(form => form.Class == WordClass.Noun).Select(form => form.Base).Append(word))
                    .Where(known.Contains),
            ];
        }

        return words;
    }

    /// <summary>
    /// Returns what a definition calls its subject, the last word of its first noun phrase, if it is known; otherwise null.
    /// </summary>
    public string? GenusOf(int synset)
    {
        string? last = null;
        foreach (string word in LowerCase(database.Synsets[synset].Definition).Split(' '))
        {
            if (s_ends.Contains(word) || word.StartsWith('('))
            {
                break;
            }

            last = word.TrimEnd(',', ';', ':');
            if (last.Length < word.Length)
            {
                break;
            }
        }

        return last is not null && known.Contains(last) ? last : null;
    }

#pragma warning disable CA1308 // Vocabularies are lower-case.
    private static string LowerCase(string text) => text.ToLowerInvariant();
#pragma warning restore CA1308
}
