namespace AttnGan.Attention;

/// <summary>
/// The attention of a refinement stage: a distribution over the words for each position of the hidden context that it refines (paper,
/// equation 2).
/// </summary>
public sealed class StageAttention
{
    /// <summary>Creates the attention of a stage.</summary>
    /// <param name="stage">The stage, counted from 1: 2 is the first refinement stage.</param>
    /// <param name="size">S: the side of the map in positions, at least 1.</param>
    /// <param name="words">The T known words of the caption, in order.</param>
    /// <param name="weights">
    /// (T, S, S), row-major, not copied; at each position the weights of all words sum to 1, with a null key
    /// (<see cref="Models.AttentionKind.Cosine"/>) to less.
    /// </param>
    /// <exception cref="ArgumentException">The number of weights is not T S S.</exception>
    public StageAttention(int stage, int size, IReadOnlyList<string> words, ReadOnlyMemory<float> weights)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        long needed = (long)words.Count * size * size;
        if (weights.Length != needed)
        {
            throw new ArgumentException(
                $"The attention of stage {stage} has {weights.Length} weights; {words.Count} words on a map of {size} x {size} "
                    + $"need {needed}.",
                nameof(weights));
        }

        Stage = stage;
        Size = size;
        Words = words;
        Weights = weights;
    }

    /// <summary>The stage, counted from 1: 2 is the first refinement stage.</summary>
    public int Stage { get; }

    /// <summary>S: the side of the map in positions.</summary>
    public int Size { get; }

    /// <summary>The T known words of the caption, in order.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>
    /// (T, S, S), row-major; at each position the weights of all words sum to 1, with a null key
    /// (<see cref="Models.AttentionKind.Cosine"/>) to less.
    /// </summary>
    public ReadOnlyMemory<float> Weights { get; }

    /// <summary>Returns the attention map of a word.</summary>
    /// <param name="wordIndex">The index of the word in <see cref="Words"/>.</param>
    /// <returns>(S, S) weights in [0, 1], row-major.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such word.</exception>
    public ReadOnlySpan<float> MapOf(int wordIndex)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wordIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(wordIndex, Words.Count);
        return Weights.Span.Slice(wordIndex * Size * Size, Size * Size);
    }

    /// <summary>
    /// Returns the share of the stage's attention that each word received, in the caption's order: the mean of the word's map. The
    /// shares sum to 1; under uniform attention each is 1/T.
    /// </summary>
    public IReadOnlyList<WordWeight> WordWeights()
    {
        double[] sums = new double[Words.Count];
        for (int word = 0; word < sums.Length; word++)
        {
            foreach (float weight in MapOf(word))
            {
                sums[word] += weight;
            }
        }

        // Up to S S, less with a null key and rounding; dividing by the actual sum makes the shares sum to 1.
        double total = sums.Sum();
        return [.. sums.Select((sum, word) =>
            new WordWeight(word, Words[word], total > 0 ? (float)(sum / total) : 1f / sums.Length))];
    }

    /// <summary>Returns the words with the largest shares of the stage's attention, the largest first.</summary>
    /// <param name="count">The maximum number of words, at least 1.</param>
    /// <remarks>
    /// Equal shares keep the caption's order. The authors' figures rank by the attention at positions above 4/T, which no word of a
    /// caption of up to four words can exceed; the total share ranks captions of any length.
    /// </remarks>
    /// <exception cref="ArgumentOutOfRangeException">The count is less than 1.</exception>
    public IReadOnlyList<WordWeight> TopWords(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return [.. WordWeights().OrderByDescending(word => word.Weight).Take(count)];
    }
}
