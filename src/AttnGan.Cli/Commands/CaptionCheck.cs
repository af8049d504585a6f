using AttnGan.Cli.Display;
using AttnGan.Text;

namespace AttnGan.Cli.Commands;

/// <summary>Tells, before anything is drawn, what the model will not understand.</summary>
internal static class CaptionCheck
{
    /// <exception cref="UsageException">The model knows no word of a caption.</exception>
    public static void Check(IReadOnlyList<string> captions, CaptionEncoder encoder)
    {
        EncodedCaption[] encoded = [.. captions.Distinct(StringComparer.Ordinal).Select(encoder.Encode)];
        string[] refused = [.. encoded.Where(caption => caption.Ids.Count == 0).Select(caption => Refuse(caption, encoder.Vocabulary))];
        if (refused.Length > 0)
        {
            throw new UsageException(string.Join('\n', refused));
        }

        foreach (EncodedCaption caption in encoded)
        {
            foreach (string word in caption.UnknownWords)
            {
                Terminal.Warn($"caption \"{caption.Text}\": the model does not know \"{word}\" and ignores it{Suggest(word, encoder.Vocabulary)}.");
            }

            if (caption.Truncated)
            {
                Terminal.Warn($"caption \"{caption.Text}\": only the first {encoder.MaxWords} known words count.");
            }
        }
    }

    private static string Refuse(EncodedCaption caption, Vocabulary vocabulary) => caption.UnknownWords.Count == 0
        ? $"The caption \"{caption.Text}\" has no words; say what to draw. {Known(vocabulary)}"
        : $"The model knows no word of the caption \"{caption.Text}\": " +
            string.Join(", ", caption.UnknownWords.Select(word => $"\"{word}\"{Suggest(word, vocabulary)}")) + $". {Known(vocabulary)}";

    private static string Suggest(string word, Vocabulary vocabulary)
    {
        IReadOnlyList<string> near = vocabulary.Nearest(word);
        return near.Count == 0 ? "" : $" (near: {string.Join(", ", near)})";
    }

    /// <summary>The most frequent words come first; short ones say little of what can be drawn.</summary>
    private static string Known(Vocabulary vocabulary) =>
        $"Some of the words that it knows: {string.Join(", ", vocabulary.Words.Skip(1).Where(word => word.Length > 3).Take(12))}.";
}
