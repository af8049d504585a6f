namespace AttnGan.Text;

/// <summary>How well a tokenizer fits a vocabulary: a word that the tokenizer never produces is lost.</summary>
/// <param name="Mode">The tokenizer.</param>
/// <param name="Words">Number of words of the vocabulary that have a letter or digit.</param>
/// <param name="Lost">Those that the tokenizer never produces.</param>
internal sealed record TokenizerFit(TokenizerMode Mode, int Words, IReadOnlyList<string> Lost)
{
    // Splitting at spaces keeps everything, also punctuation at the ends of words: it must explain clearly more than the others.
    private const double SpacesAdvantage = 0.02;
    private const int MaxListed = 8;

    /// <summary>Share of the words that the tokenizer never produces, in [0, 1].</summary>
    public double LostShare => Words == 0 ? 0 : (double)Lost.Count / Words;

    /// <summary>Tests a tokenizer.</summary>
    public static TokenizerFit Of(Vocabulary vocabulary, TokenizerMode mode)
    {
        var tokenizer = new CaptionTokenizer(mode);
        string[] words = [.. vocabulary.Words.Skip(1).Where(word => word.Any(char.IsLetterOrDigit))];
        return new TokenizerFit(mode, words.Length, [.. words.Where(word => !tokenizer.CanProduce(word))]);
    }

    /// <summary>Returns the tokenizer that fits a vocabulary best, in doubt that of the official code.</summary>
    public static TokenizerFit Find(Vocabulary vocabulary)
    {
        TokenizerFit official = Of(vocabulary, TokenizerMode.Official);
        TokenizerFit unicode = Of(vocabulary, TokenizerMode.Unicode);
        TokenizerFit best = unicode.Lost.Count < official.Lost.Count ? unicode : official;
        TokenizerFit spaces = Of(vocabulary, TokenizerMode.Spaces);
        return best.LostShare - spaces.LostShare > SpacesAdvantage ? spaces : best;
    }

    /// <summary>Returns the setting to change for a vocabulary; empty if no tokenizer fits better.</summary>
    public string Advice(Vocabulary vocabulary) =>
        Find(vocabulary) is var best && best.Lost.Count < Lost.Count
            ? $"Set `data.tokenizer` to {best.Mode.ToString().ToLowerInvariant()}."
            : "";

    /// <summary>Describes the lost words.</summary>
    /// <param name="origin">The owner of the vocabulary.</param>
    public string Describe(string origin) =>
        $"`data.tokenizer`, which is {Mode.ToString().ToLowerInvariant()}, never produces {Lost.Count} of the {Words} words of the " +
        $"vocabulary of {origin} ({LostShare:P0}): {string.Join(", ", Lost.Take(MaxListed))}{(Lost.Count > MaxListed ? ", …" : "")}.";
}
