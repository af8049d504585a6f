using System.Text;

namespace AttnGan.Text;

/// <summary>Messages about words that are not in the vocabulary.</summary>
internal static class UnknownWords
{
    // A message stays a line, even for a caption as long as a book.
    private const int MaxWords = 5;
    private const int MaxLength = 100;

    private static readonly CaptionTokenizer s_spaces = new(TokenizerMode.Spaces);
    private static readonly TokenizerMode[] s_otherModes = [TokenizerMode.Unicode, TokenizerMode.Spaces, TokenizerMode.Official];

    /// <summary>Returns the message for a caption without any known word, with suggestions.</summary>
    public static string NoKnownWordMessage(EncodedCaption caption, CaptionEncoder encoder)
    {
        string text = Shorten(caption.Text);
        if (LostWordMessage(caption.Text, encoder) is { } lost)
        {
            return lost;
        }

        if (caption.UnknownWords.Count == 0)
        {
            return text.Any(char.IsLetterOrDigit)
                ? $"The model's tokenizer ({Name(encoder.Tokenizer.Mode)}) finds no word in the caption " +
                    $"\"{text}\". {Known(encoder)}"
                : $"The caption \"{text}\" has no words; describe an image. {Known(encoder)}";
        }

        Vocabulary vocabulary = encoder.Vocabulary;
        IEnumerable<string> words = caption.UnknownWords.Take(MaxWords).Select(word => $"\"{Shorten(word)}\"{Suggest(word, vocabulary)}");
        string more = caption.UnknownWords.Count > MaxWords ? ", …" : "";
        return $"The model knows no word of the caption \"{text}\": {string.Join(", ", words)}{more}. {Known(encoder)}";
    }

    /// <summary>
    /// Returns the message for a caption with a word that is in the vocabulary, but that the tokenizer never produces; null if there is
    /// none.
    /// </summary>
    public static string? LostWordMessage(string caption, CaptionEncoder encoder)
    {
        string? lost = s_otherModes
            .SelectMany(mode => new CaptionTokenizer(mode).Tokenize(caption))
            .FirstOrDefault(word => encoder.Vocabulary.TryGetId(word, out int id) && id > 0 && !encoder.Tokenizer.CanProduce(word));
        return lost is null ? null :
            $"The model's tokenizer ({Name(encoder.Tokenizer.Mode)}) never produces \"{Shorten(lost)}\", a word of the caption " +
            $"\"{Shorten(caption)}\" and of the vocabulary: the weights come from captions that were split in another way. Import them " +
            $"again with `--set data.tokenizer={Name(TokenizerFit.Find(encoder.Vocabulary).Mode)}`.";
    }

    /// <summary>Returns the parts between spaces that have letters or digits, of which the tokenizer keeps nothing.</summary>
    public static IEnumerable<string> Dropped(string caption, CaptionTokenizer tokenizer) => s_spaces.Tokenize(caption)
        .Where(part => part.Any(char.IsLetterOrDigit) && tokenizer.Tokenize(part).Count == 0)
        .Distinct(StringComparer.Ordinal);

    /// <summary>Returns " (near: …)" with similar known words, or nothing.</summary>
    public static string Suggest(string word, Vocabulary vocabulary)
    {
        IReadOnlyList<string> near = vocabulary.Nearest(word);
        return near.Count == 0 ? "" : $" (near: {string.Join(", ", near)})";
    }

    private static string Shorten(string text) => text.Length <= MaxLength ? text : $"{text[..MaxLength]}…";

    private static string Name(TokenizerMode mode) => mode.ToString().ToLowerInvariant();

    /// <summary>
    /// Lists the most frequent words of the vocabulary that the tokenizer can produce, without short ones, which say little about images.
    /// </summary>
    private static string Known(CaptionEncoder encoder)
    {
        string[] words = [.. encoder.Vocabulary.Words.Skip(1)
            .Where(word => (word.Length > 3 || !Ascii.IsValid(word)) && encoder.Tokenizer.CanProduce(word))
            .Take(12)];
        return words.Length == 0
            ? "Its tokenizer can produce no word of its vocabulary."
            : $"Some of the known words: {string.Join(", ", words)}.";
    }
}
