using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Networks;

/// <summary>Cosine similarity as a matrix product of normalized features.</summary>
internal static class Cosine
{
    // As in the DAMSM loss: a zero vector has a cosine of 0 with every other vector.
    private const double Epsilon = 1e-8;

    /// <summary>Scales features to unit length.</summary>
    /// <param name="features">(N, D).</param>
    public static Tensor Normalize(Tensor features) => features / features.norm(1, keepdim: true, p: 2).clamp_min(Epsilon);
}
