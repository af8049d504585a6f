namespace AttnGan.Inference;

/// <summary>The text encoder's output for one caption.</summary>
/// <param name="Words">e: word features, (T, D) in row-major order.</param>
/// <param name="Sentence">E: sentence feature, (D).</param>
internal sealed record TextFeatures(float[] Words, float[] Sentence);
