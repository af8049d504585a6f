namespace AttnGan.Text;

/// <summary>What is said of words that a model does not know.</summary>
internal static class UnknownWords
{
    // Whole books are captions, too; a message about one is a line.
    private const int MaxWords = 5;
    private const int MaxLength = 100;

    /// <summary>Why a caption without any known word cannot be drawn, and what may have been meant.</summary>
    public static string Refuse(EncodedCaption caption, Vocabulary vocabulary)
    {
        string text = Shorten(caption.Text);
        if (caption.UnknownWords.Count == 0)
        {
            return $"The caption \"{text}\" has no words; say what to draw. {Known(vocabulary)}";
        }

        IEnumerable<string> words = caption.UnknownWords.Take(MaxWords).Select(word => $"\"{Shorten(word)}\"{Suggest(word, vocabulary)}");
        string more = caption.UnknownWords.Count > MaxWords ? ", …" : "";
        return $"The model knows no word of the caption \"{text}\": {string.Join(", ", words)}{more}. {Known(vocabulary)}";
    }

    /// <summary>" (near: …)", or nothing.</summary>
    public static string Suggest(string word, Vocabulary vocabulary)
    {
        IReadOnlyList<string> near = word.Length > MaxLength ? [] : vocabulary.Nearest(word);
        return near.Count == 0 ? "" : $" (near: {string.Join(", ", near)})";
    }

    private static string Shorten(string text) => text.Length <= MaxLength ? text : $"{text[..MaxLength]}…";

    /// <summary>The most frequent words come first; short ones say little of what can be drawn.</summary>
    private static string Known(Vocabulary vocabulary) =>
        $"Some of the words that it knows: {string.Join(", ", vocabulary.Words.Skip(1).Where(word => word.Length > 3).Take(12))}.";
}
