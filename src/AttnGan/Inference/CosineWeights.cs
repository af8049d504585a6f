using AttnGan.Models;

namespace AttnGan.Inference;

/// <summary>The weights that attention by cosines has besides those of the keys (<see cref="AttentionKind.Cosine"/>).</summary>
/// <param name="Value">(C, D): projects word features to values.</param>
/// <param name="NullKey">(C): the key that stands for no word, of length 1.</param>
/// <param name="Temperature">The factor of the cosines.</param>
internal sealed record CosineWeights(WeightValues Value, float[] NullKey, float Temperature);
