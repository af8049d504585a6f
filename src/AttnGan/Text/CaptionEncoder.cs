namespace AttnGan.Text;

/// <summary>
/// Encodes captions as word IDs. Unknown words are read as known ones where the model says so; the others are dropped and reported. Of the
/// known words, the first <see cref="MaxWords"/> are kept.
/// </summary>
public sealed class CaptionEncoder
{
    /// <summary>Creates an encoder.</summary>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="vocabulary">The vocabulary of the model.</param>
    /// <param name="maxWords">The maximum number of known words, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of words is less than 1.</exception>
    public CaptionEncoder(CaptionTokenizer tokenizer, Vocabulary vocabulary, int maxWords)
        : this(tokenizer, vocabulary, maxWords, WordReadings.None)
    {
    }

    /// <inheritdoc cref="CaptionEncoder(CaptionTokenizer, Vocabulary, int)"/>
    /// <param name="tokenizer">The tokenizer that the model was trained with.</param>
    /// <param name="vocabulary">The vocabulary of the model.</param>
    /// <param name="maxWords">The maximum number of known words, at least 1.</param>
    /// <param name="readings">The known words that other words are read as.</param>
    internal CaptionEncoder(CaptionTokenizer tokenizer, Vocabulary vocabulary, int maxWords, WordReadings readings)
    {
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(vocabulary);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWords, 1);
        Tokenizer = tokenizer;
        Vocabulary = vocabulary;
        MaxWords = maxWords;
        Readings = readings;
    }

    /// <summary>The tokenizer.</summary>
    public CaptionTokenizer Tokenizer { get; }

    /// <summary>The vocabulary.</summary>
    public Vocabulary Vocabulary { get; }

    /// <summary>The maximum number of known words that are kept.</summary>
    public int MaxWords { get; }

    /// <summary>The known words that other words are read as; none in models without such a table.</summary>
    internal WordReadings Readings { get; }

    /// <summary>Encodes a caption. Words that the vocabulary lacks are read as known ones where the model says so.</summary>
    /// <param name="caption">Any text.</param>
    /// <returns>The encoded caption, without IDs if no word is known.</returns>
    public EncodedCaption Encode(string caption) => Encode(caption, strictWords: false);

    /// <summary>Encodes a caption.</summary>
    /// <param name="caption">Any text.</param>
    /// <param name="strictWords">True to use the words of the vocabulary only, and to read no other words as known ones.</param>
    /// <returns>The encoded caption, without IDs if no word is known.</returns>
    public EncodedCaption Encode(string caption, bool strictWords)
    {
        var ids = new List<int>();
        var words = new List<string>();
        var unknown = new List<string>();
        var readings = new List<WordReading>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        bool truncated = false;
        foreach (string word in Tokenizer.Tokenize(caption))
        {
            // <end> is not a word of captions, even if a tokenizer could produce it.
            string? known = Vocabulary.TryGetId(word, out int id) && id > 0 ? word
                : !strictWords && Readings.TryRead(word, out string? reading) && Vocabulary.TryGetId(reading, out id) ? reading
                : null;
            if (known is null)
            {
                if (seen.Add(word))
                {
                    unknown.Add(word);
                }
            }
            else if (ids.Count < MaxWords)
            {
                ids.Add(id);
                words.Add(known);
                if (known != word && seen.Add(word))
                {
                    readings.Add(new WordReading(word, known));
                }
            }
            else
            {
                truncated = true;
            }
        }

        return new EncodedCaption(caption, ids, words, unknown, truncated) { Readings = readings };
    }
}
