namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>Words of English captions that name neither an object nor a property of one.</summary>
internal static class CaptionWords
{
    private static readonly HashSet<string> s_function =
    [
        "a", "an", "the", "some", "this", "that", "these", "those", "its", "his", "her", "their", "it", "there", "one",
        "of", "in", "on", "at", "with", "without", "and", "or", "to", "by", "for", "from", "as", "is", "are", "be", "has", "have", "very",
    ];

    private static readonly HashSet<string> s_medium =
        ["image", "picture", "photo", "photograph", "icon", "emoji", "drawing", "cartoon", "illustration", "painting", "sketch"];

    private static readonly HashSet<string> s_background = ["background", "backdrop"];

    /// <summary>Returns true for articles, prepositions and the like.</summary>
    public static bool IsFunction(string word) => s_function.Contains(word);

    /// <summary>Returns true for words that name the image itself.</summary>
    public static bool IsMedium(string word) => s_medium.Contains(word);

    /// <summary>Returns true for words that name the background.</summary>
    public static bool IsBackground(string word) => s_background.Contains(word);

    /// <summary>Returns the number of words at the start that describe the image itself: "a simple drawing of".</summary>
    public static int EndOfMedium(IReadOnlyList<string> words)
    {
        for (int i = 0; i + 1 < words.Count; i++)
        {
            if (IsMedium(words[i]) && words[i + 1] == "of")
            {
                return i + 2;
            }
        }

        return 0;
    }
}
