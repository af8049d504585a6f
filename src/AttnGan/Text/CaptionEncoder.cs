namespace AttnGan.Text;

/// <summary>
/// Turns captions into word numbers. Unknown words are dropped and reported; of the known ones the first
/// <see cref="MaxWords"/> stay.
/// </summary>
public sealed class CaptionEncoder
{
    /// <summary>Makes an encoder.</summary>
    /// <param name="tokenizer">Cuts captions as the model's training did.</param>
    /// <param name="vocabulary">The model's words.</param>
    /// <param name="maxWords">Longest caption that is kept whole, in words (at least 1).</param>
    public CaptionEncoder(CaptionTokenizer tokenizer, Vocabulary vocabulary, int maxWords)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWords, 1);
        Tokenizer = tokenizer;
        Vocabulary = vocabulary;
        MaxWords = maxWords;
    }

    /// <summary>Cuts captions into words.</summary>
    public CaptionTokenizer Tokenizer { get; }

    /// <summary>The words that have numbers.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>Longest result, in words.</summary>
    public int MaxWords { get; }

    /// <summary>Encodes one caption. The result may be empty: that no word is known is for the caller to judge.</summary>
    public EncodedCaption Encode(string caption)
    {
        var ids = new List<int>();
        var words = new List<string>();
        var unknown = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        bool truncated = false;
        foreach (string word in Tokenizer.Tokenize(caption))
        {
            // <end> is no word of a caption, even where a tokenizer could produce it.
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
