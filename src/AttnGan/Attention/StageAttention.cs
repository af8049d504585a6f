namespace AttnGan.Attention;

/// <summary>Which words a refinement stage attended to, for every pixel of the context that it refined (paper, equation 2).</summary>
/// <param name="Stage">2 for the first refinement stage, and so on.</param>
/// <param name="Size">s: side of the map in pixels.</param>
/// <param name="Words">The T known words of the caption, in order.</param>
/// <param name="Weights">(T, s, s) row-major; at each pixel the weights of all words sum to 1.</param>
public sealed record StageAttention(int Stage, int Size, IReadOnlyList<string> Words, float[] Weights);
