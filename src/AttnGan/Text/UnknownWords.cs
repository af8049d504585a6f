namespace AttnGan.Text;

/// <summary>Messages about words that are not in the vocabulary.</summary>
internal static class UnknownWords
{
    // A message stays a line, even for a caption as long as a book.
    private const int MaxWords = 5;
    private const int MaxLength = 100;

    /// <summary>Returns the message for a caption without any known word, with suggestions.</summary>
    public static string NoKnownWordMessage(EncodedCaption caption, Vocabulary vocabulary)
    {
        string text = Shorten(caption.Text);
        if (caption.UnknownWords.Count == 0)
        {
            return $"The caption \"{text}\" has no words; describe an image. {Known(vocabulary)}";
        }

        IEnumerable<string> words = caption.UnknownWords.Take(MaxWords).Select(word => $"\"{Shorten(word)}\"{Suggest(word, vocabulary)}");
        string more = caption.UnknownWords.Count > MaxWords ? ", …" : "";
        return $"The model knows no word of the caption \"{text}\": {string.Join(", ", words)}{more}. {Known(vocabulary)}";
    }

    /// <summary>Returns " (near: …)" with similar known words, or nothing.</summary>
    public static string Suggest(string word, Vocabulary vocabulary)
    {
        IReadOnlyList<string> near = vocabulary.Nearest(word);
        return near.Count == 0 ? "" : $" (near: {string.Join(", ", near)})";
    }

    private static string Shorten(string text) => text.Length <= MaxLength ? text : $"{text[..MaxLength]}…";

    /// <summary>Lists the most frequent words of the vocabulary, without short ones, which say little about images.</summary>
    private static string Known(Vocabulary vocabulary) =>
        $"Some of the known words: {string.Join(", ", vocabulary.Words.Skip(1).Where(word => word.Length > 3).Take(12))}.";
}
