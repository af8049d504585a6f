using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// How surely images belong to a class, and to how many different ones (Salimans et al., 2016): exp of the mean over images of
/// KL(p(y|x) || p(y)).
/// </summary>
internal static class InceptionScore
{
    /// <summary>Splits of the published protocol.</summary>
    public const int Splits = 10;

    /// <param name="probabilities">(N, classes): p(y|x) of each image.</param>
    /// <param name="splits">Parts that are scored on their own, at most N; part i is rows [i N / splits, (i + 1) N / splits).</param>
    /// <returns>Mean and population standard deviation over the splits.</returns>
    public static Spread Of(Tensor probabilities, int splits = Splits)
    {
        int count = (int)probabilities.shape[0];
        int Border(int split) => (int)((long)split * count / splits);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, splits, nameof(probabilities));
        return Spread.Of([.. Enumerable.Range(0, splits).Select(i => OfSplit(probabilities[Border(i)..Border(i + 1)]))]);
    }

    private static double OfSplit(Tensor probabilities)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor p = probabilities.to(float64);
        Tensor divergence = p.xlogy(p) - p.xlogy(p.mean([0], keepdim: true)); // 0 log 0 is 0
        return divergence.sum(dim: 1).mean().exp().item<double>();
    }
}
