namespace AttnGan.Attention;

/// <summary>The share of a stage's attention that a word received.</summary>
/// <param name="Index">The index of the word among the known words of the caption.</param>
/// <param name="Word">The word.</param>
/// <param name="Weight">The share, in [0, 1]; the shares of all words sum to 1.</param>
public readonly record struct WordWeight(int Index, string Word, float Weight);
