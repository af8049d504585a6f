using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>Cosines of features as matrix products.</summary>
internal static class Cosine
{
    // As in the DAMSM: a feature of length zero has a cosine of zero with everything.
    private const double Epsilon = 1e-8;

    /// <summary>Features of length one.</summary>
    /// <param name="features">(N, D).</param>
    public static Tensor Normalize(Tensor features) => features / features.norm(1, keepdim: true, p: 2).clamp_min(Epsilon);
}
