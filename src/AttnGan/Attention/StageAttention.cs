namespace AttnGan.Attention;

/// <summary>Which words a refinement stage attended to, for every pixel of the context that it refined (paper, equation 2).</summary>
public sealed class StageAttention
{
    /// <summary>The attention of one stage.</summary>
    /// <param name="stage">2 for the first refinement stage, and so on.</param>
    /// <param name="size">s: side of the map in pixels, at least 1.</param>
    /// <param name="words">The T known words of the caption, in order.</param>
    /// <param name="weights">(T, s, s) row-major; at each pixel the weights of all words sum to 1. Not copied.</param>
    /// <exception cref="ArgumentException">There are not T s s weights.</exception>
    public StageAttention(int stage, int size, IReadOnlyList<string> words, ReadOnlyMemory<float> weights)
    {
        ArgumentNullException.ThrowIfNull(words);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        long needed = (long)words.Count * size * size;
        if (weights.Length != needed)
        {
            throw new ArgumentException(
                $"The attention of stage {stage} has {weights.Length} weights; {words.Count} words on a map of {size} x {size} need {needed}.",
                nameof(weights));
        }

        Stage = stage;
        Size = size;
        Words = words;
        Weights = weights;
    }

    /// <summary>2 for the first refinement stage, and so on.</summary>
    public int Stage { get; }

    /// <summary>s: side of the map in pixels.</summary>
    public int Size { get; }

    /// <summary>The T known words of the caption, in order.</summary>
    public IReadOnlyList<string> Words { get; }

    /// <summary>(T, s, s) row-major; at each pixel the weights of all words sum to 1.</summary>
    public ReadOnlyMemory<float> Weights { get; }

    /// <summary>Where one word was attended to: (s, s) row-major, each in [0, 1].</summary>
    /// <param name="wordIndex">The word's place in <see cref="Words"/>, from 0.</param>
    public ReadOnlySpan<float> MapOf(int wordIndex)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wordIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(wordIndex, Words.Count);
        return Weights.Span.Slice(wordIndex * Size * Size, Size * Size);
    }

    /// <summary>
    /// The share of the stage's attention that each word received, in the caption's order: the mean of the word's map. The shares
    /// sum to 1; 1/T is what a word receives that the stage neither seeks nor avoids.
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

        // Equals s s but for rounding; dividing by it makes the shares sum to 1 whatever was rounded.
        double total = sums.Sum();
        return [.. sums.Select((sum, word) =>
            new WordWeight(word, Words[word], total > 0 ? (float)(sum / total) : 1f / sums.Length))];
    }

    /// <summary>The words that the stage attended to most, by their share of its attention, the largest first.</summary>
    /// <param name="count">How many words at most; a caption of fewer words gives all of them. At least 1.</param>
    /// <remarks>
    /// Equal shares keep the caption's order. The authors' own figures rank by the attention at pixels above 4/T alone, which no
    /// word of four or fewer can reach; the whole share ranks captions of any length.
    /// </remarks>
    public IReadOnlyList<WordWeight> TopWords(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return [.. WordWeights().OrderByDescending(word => word.Weight).Take(count)];
    }
}
