using AttnGan.Training.Formats.WordNet;

namespace AttnGan.Training.Export.Words;

/// <summary>The base forms of inflected English words: WordNet's rules, with doubled consonants and common irregular forms.</summary>
internal static class WordForms
{
    private static readonly (WordClass Class, string Ending, string Base)[] s_endings =
    [
        (WordClass.Noun, "s", ""), (WordClass.Noun, "ses", "s"), (WordClass.Noun, "xes", "x"), (WordClass.Noun, "zes", "z"),
        (WordClass.Noun, "ches", "ch"), (WordClass.Noun, "shes", "sh"), (WordClass.Noun, "oes", "o"), (WordClass.Noun, "men", "man"),
        (WordClass.Noun, "ies", "y"), (WordClass.Noun, "ves", "f"), (WordClass.Noun, "ves", "fe"),
        (WordClass.Verb, "s", ""), (WordClass.Verb, "ies", "y"), (WordClass.Verb, "es", "e"), (WordClass.Verb, "es", ""),
        (WordClass.Verb, "ied", "y"), (WordClass.Verb, "ed", "e"), (WordClass.Verb, "ed", ""), (WordClass.Verb, "ing", "e"),
        (WordClass.Verb, "ing", ""),
        (WordClass.Adjective, "er", ""), (WordClass.Adjective, "est", ""), (WordClass.Adjective, "er", "e"),
        (WordClass.Adjective, "est", "e"), (WordClass.Adjective, "ier", "y"), (WordClass.Adjective, "iest", "y"),
    ];

    private static readonly Dictionary<string, (WordClass Class, string Base)> s_irregular = new(StringComparer.Ordinal)
    {
        ["mice"] = (WordClass.Noun, "mouse"),
        ["lice"] = (WordClass.Noun, "louse"),
        ["geese"] = (WordClass.Noun, "goose"),
        ["feet"] = (WordClass.Noun, "foot"),
        ["teeth"] = (WordClass.Noun, "tooth"),
        ["children"] = (WordClass.Noun, "child"),
        ["oxen"] = (WordClass.Noun, "ox"),
        ["people"] = (WordClass.Noun, "person"),
        ["cacti"] = (WordClass.Noun, "cactus"),
        ["fungi"] = (WordClass.Noun, "fungus"),
        ["wept"] = (WordClass.Verb, "weep"),
        ["slept"] = (WordClass.Verb, "sleep"),
        ["ran"] = (WordClass.Verb, "run"),
        ["flew"] = (WordClass.Verb, "fly"),
        ["swam"] = (WordClass.Verb, "swim"),
        ["sang"] = (WordClass.Verb, "sing"),
        ["rode"] = (WordClass.Verb, "ride"),
        ["wrote"] = (WordClass.Verb, "write"),
        ["ate"] = (WordClass.Verb, "eat"),
        ["drank"] = (WordClass.Verb, "drink"),
        ["broke"] = (WordClass.Verb, "break"),
        ["shook"] = (WordClass.Verb, "shake"),
        ["bitten"] = (WordClass.Verb, "bite"),
        ["bit"] = (WordClass.Verb, "bite"),
        ["shot"] = (WordClass.Verb, "shoot"),
    };

    /// <summary>Returns the possible base forms of a word; not all of them are words.</summary>
    public static IEnumerable<(WordClass Class, string Base)> BasesOf(string word)
    {
        if (s_irregular.TryGetValue(word, out (WordClass Class, string Base) irregular))
        {
            yield return irregular;
        }

        foreach ((WordClass wordClass, string ending, string replacement) in s_endings)
        {
            if (word.Length < ending.Length + 2 || !word.EndsWith(ending, StringComparison.Ordinal))
            {
                continue;
            }

            // "glass" is no plural.
            string stem = word[..^ending.Length];
            if (ending == "s" && stem.EndsWith('s'))
            {
                continue;
            }

            yield return (wordClass, stem + replacement);
            if (replacement.Length == 0 && ending is "ed" or "ing" or "er" or "est"
                && stem.Length > 2 && stem[^1] == stem[^2])
            {
                yield return (wordClass, stem[..^1]);
            }
        }
    }
}
