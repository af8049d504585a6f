using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// How far two sets of features are from each other, as normal distributions (Heusel et al., 2017):
/// |m1 - m2|² + tr(S1) + tr(S2) - 2 tr((S1 S2)^½).
/// </summary>
internal static class FrechetDistance
{
    /// <exception cref="ArgumentException">The features are of different width.</exception>
    public static double Between(FeatureStatistics first, FeatureStatistics second)
    {
        if (first.Dimensions != second.Dimensions)
        {
            throw new ArgumentException($"Features of {first.Dimensions} and of {second.Dimensions} dimensions have no distance.", nameof(second));
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor s1 = first.Covariance();
        Tensor s2 = second.Covariance();
        double means = (first.Mean - second.Mean).square().sum().item<double>();

        // S1 S2 has the eigenvalues of S1^½ S2 S1^½, which is symmetric: they are real, and rank does not matter.
        Tensor root = Root(s1);
        double mixed = NotNegative(linalg.eigvalsh(matmul(matmul(root, s2), root))).sqrt().sum().item<double>();
        return means + s1.trace().item<double>() + s2.trace().item<double>() - (2 * mixed);
    }

    /// <summary>The symmetric square root of a covariance.</summary>
    private static Tensor Root(Tensor covariance)
    {
        (Tensor values, Tensor vectors) = linalg.eigh(covariance);
        return matmul(vectors * NotNegative(values).sqrt(), vectors.t());
    }

    /// <summary>Eigenvalues of covariances are never negative but for rounding.</summary>
    private static Tensor NotNegative(Tensor eigenvalues) => eigenvalues.clamp_min(0);
}
