namespace AttnGan.Attention;

/// <summary>How much of a stage's attention a word received.</summary>
/// <param name="Index">The word's place among the known words of the caption, from 0.</param>
/// <param name="Word">The word.</param>
/// <param name="Weight">Its share of the attention over the whole map, in [0, 1]; the shares of all words sum to 1.</param>
public readonly record struct WordWeight(int Index, string Word, float Weight);
