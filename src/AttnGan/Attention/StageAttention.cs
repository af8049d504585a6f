namespace AttnGan.Attention;

/// <summary>Which words a refinement stage attended to, for every pixel of the context that it refined (paper, equation 2).</summary>
/// <param name="Stage">2 for the first refinement stage, and so on.</param>
/// <param name="Size">s: side of the map in pixels.</param>
/// <param name="Words">The T known words of the caption, in order.</param>
/// <param name="Weights">(T, s, s) row-major; at each pixel the weights of all words sum to 1.</param>
public sealed record StageAttention(int Stage, int Size, IReadOnlyList<string> Words, float[] Weights)
{
    /// <summary>Where one word was attended to: (s, s) row-major, each in [0, 1].</summary>
    /// <param name="wordIndex">The word's place in <see cref="Words"/>, from 0.</param>
    /// <exception cref="ArgumentException"><see cref="Weights"/> does not have T s s numbers.</exception>
    public ReadOnlySpan<float> MapOf(int wordIndex)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(wordIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(wordIndex, Words.Count);
        var area = checked(Size * Size);
        if (Weights.Length != (long)Words.Count * area)
        {
            throw new ArgumentException(
                $"The attention of stage {Stage} has {Weights.Length} weights; {Words.Count} words on a map of {Size} x {Size} "
                + $"need {(long)Words.Count * area}.");
        }

        return Weights.AsSpan(wordIndex * area, area);
    }

    /// <summary>
    /// The share of the stage's attention that each word received, in the caption's order: the mean of the word's map. The shares
    /// sum to 1; 1/T is what a word receives that the stage neither seeks nor avoids.
    /// </summary>
    public IReadOnlyList<WordWeight> WordWeights()
    {
        var sums = new double[Words.Count];
        for (var word = 0; word < sums.Length; word++)
        {
            foreach (var weight in MapOf(word))
            {
                sums[word] += weight;
            }
        }

        // Equals s s but for rounding; dividing by it makes the shares sum to 1 whatever was rounded.
        var total = sums.Sum();
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
