using AttnGan.Cli.Hosting;
using AttnGan.Text;

namespace AttnGan.Cli.Generate;

/// <summary>Checks captions against the model's vocabulary before generation, and warns of unknown words.</summary>
internal static class CaptionCheck
{
    /// <exception cref="UsageException">Thrown when a caption has no known word.</exception>
    /// <param name="captions">The captions.</param>
    /// <param name="encoder">The encoder of the model.</param>
    /// <param name="strictWords">True to read no unknown words as known ones.</param>
    /// <returns>The words that are read as known ones, each once.</returns>
    public static IReadOnlyList<WordReading> Check(IReadOnlyList<string> captions, CaptionEncoder encoder, bool strictWords)
    {
        EncodedCaption[] encoded =
            [.. captions.Distinct(StringComparer.Ordinal).Select(caption => encoder.Encode(caption, strictWords))];
        string[] errors =
        [
            .. encoded.Where(caption => caption.Ids.Count == 0)
                .Select(caption => UnknownWords.NoKnownWordMessage(caption, encoder)),
        ];
        if (errors.Length > 0)
        {
            throw new UsageException(string.Join('\n', errors));
        }

        foreach (EncodedCaption caption in encoded)
        {
            if (UnknownWords.LostWordMessage(caption.Text, encoder) is { } lost)
            {
                Terminal.Warn(lost);
                continue;
            }

            foreach (string word in caption.UnknownWords)
            {
                Terminal.Warn(
                    $"caption \"{caption.Text}\": the model does not know \"{word}\" and ignores it" +
                    $"{UnknownWords.Suggest(word, encoder.Vocabulary)}.");
            }

            foreach (string part in UnknownWords.Dropped(caption.Text, encoder.Tokenizer))
            {
                Terminal.Warn(
                    $"caption \"{caption.Text}\": the model's tokenizer ({encoder.Tokenizer.Mode.ToString().ToLowerInvariant()}) ignores " +
                    $"\"{part}\".");
            }

            if (caption.Truncated)
            {
                Terminal.Warn($"caption \"{caption.Text}\": only the first {encoder.MaxWords} known words are used.");
            }
        }

        return [.. encoded.SelectMany(caption => caption.Readings).Distinct()];
    }
}
