namespace AttnGan.Inference;

/// <summary>The words that an image attends to.</summary>
/// <param name="Features">e: word features, (T, D).</param>
/// <param name="Bias">(T), added to the attention scores of each word: the logarithm of its prior weight.</param>
internal sealed record AttendedWords(float[] Features, float[] Bias)
{
    /// <summary>T: number of words.</summary>
    public int Count => Bias.Length;
}
