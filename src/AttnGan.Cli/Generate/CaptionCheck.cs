using AttnGan.Cli.Hosting;
using AttnGan.Text;

namespace AttnGan.Cli.Generate;

/// <summary>Tells, before anything is drawn, what the model will not understand.</summary>
internal static class CaptionCheck
{
    /// <exception cref="UsageException">The model knows no word of a caption.</exception>
    public static void Check(IReadOnlyList<string> captions, CaptionEncoder encoder)
    {
        EncodedCaption[] encoded = [.. captions.Distinct(StringComparer.Ordinal).Select(encoder.Encode)];
        string[] refused = [.. encoded.Where(caption => caption.Ids.Count == 0).Select(caption => UnknownWords.NoKnownWordMessage(caption, encoder.Vocabulary))];
        if (refused.Length > 0)
        {
            throw new UsageException(string.Join('\n', refused));
        }

        foreach (EncodedCaption caption in encoded)
        {
            foreach (string word in caption.UnknownWords)
            {
                Terminal.Warn($"caption \"{caption.Text}\": the model does not know \"{word}\" and ignores it{UnknownWords.Suggest(word, encoder.Vocabulary)}.");
            }

            if (caption.Truncated)
            {
                Terminal.Warn($"caption \"{caption.Text}\": only the first {encoder.MaxWords} known words count.");
            }
        }
    }
}
