namespace AttnGan.Text;

/// <summary>
/// Encodes captions as word IDs. Unknown words are dropped and reported; of the known words, the first <see cref="MaxWords"/> are kept.
/// </summary>
public sealed class CaptionEncoder
{
    /// <summary>Creates an encoder.</summary>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="vocabulary">The vocabulary of the model.</param>
    /// <param name="maxWords">The maximum number of known words, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of words is less than 1.</exception>
    public CaptionEncoder(CaptionTokenizer tokenizer, Vocabulary vocabulary, int maxWords)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWords, 1);
        Tokenizer = tokenizer;
        Vocabulary = vocabulary;
        MaxWords = maxWords;
    }

    /// <summary>The tokenizer.</summary>
    public CaptionTokenizer Tokenizer { get; }

    /// <summary>The vocabulary.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>The maximum number of known words that are kept.</summary>
    public int MaxWords { get; }

    /// <summary>Encodes a caption.</summary>
    /// <param name="caption">Any text.</param>
    /// <returns>The encoded caption, without IDs if no word is known.</returns>
    public EncodedCaption Encode(string caption)
    {
        var ids = new List<int>();
        var words = new List<string>();
        var unknown = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        bool truncated = false;
        foreach (string word in Tokenizer.Tokenize(caption))
        {
            // <end> is not a word of captions, even if a tokenizer could produce it.
            if (!Vocabulary.TryGetId(word, out int id) || id == 0)
            {
                if (seen.Add(word))
                {
                    unknown.Add(word);
                }
            }
            else if (ids.Count < MaxWords)
            {
                ids.Add(id);
                words.Add(word);
            }
            else
            {
                truncated = true;
            }
        }

        return new EncodedCaption(caption, ids, words, unknown, truncated);
    }
}
