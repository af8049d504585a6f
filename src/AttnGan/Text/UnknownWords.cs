namespace AttnGan.Text;

/// <summary>What is said of words that a model does not know.</summary>
internal static class UnknownWords
{
    /// <summary>Why a caption without any known word cannot be drawn, and what may have been meant.</summary>
    public static string Refuse(EncodedCaption caption, Vocabulary vocabulary) => caption.UnknownWords.Count == 0
        ? $"The caption \"{caption.Text}\" has no words; say what to draw. {Known(vocabulary)}"
        : $"The model knows no word of the caption \"{caption.Text}\": " +
            string.Join(", ", caption.UnknownWords.Select(word => $"\"{word}\"{Suggest(word, vocabulary)}")) + $". {Known(vocabulary)}";

    /// <summary>" (near: …)", or nothing.</summary>
    public static string Suggest(string word, Vocabulary vocabulary)
    {
        IReadOnlyList<string> near = vocabulary.Nearest(word);
        return near.Count == 0 ? "" : $" (near: {string.Join(", ", near)})";
    }

    /// <summary>The most frequent words come first; short ones say little of what can be drawn.</summary>
    private static string Known(Vocabulary vocabulary) =>
        $"Some of the words that it knows: {string.Join(", ", vocabulary.Words.Skip(1).Where(word => word.Length > 3).Take(12))}.";
}
