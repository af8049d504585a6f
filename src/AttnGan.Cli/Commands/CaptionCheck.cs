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
        ? $"The caption \"{caption.Text}\" has no words; say what to draw, such as \"{Example(vocabulary)}\"."
        : $"The model knows no word of the caption \"{caption.Text}\"; it can draw what its captions spoke of, such as " +
            $"\"{Example(vocabulary)}\". Unknown: " +
            string.Join("; ", caption.UnknownWords.Select(word => $"\"{word}\"{Suggest(word, vocabulary)}")) + ".";

    private static string Suggest(string word, Vocabulary vocabulary)
    {
        IReadOnlyList<string> near = vocabulary.Nearest(word);
        return near.Count == 0 ? "" : $" (near: {string.Join(", ", near)})";
    }

    /// <summary>The most frequent words of some length, which come first: with those a caption cannot be far off.</summary>
    private static string Example(Vocabulary vocabulary) =>
        string.Join(' ', vocabulary.Words.Skip(1).Where(word => word.Length > 3).Take(3));
}
