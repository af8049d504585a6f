using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Losses;

/// <summary>KL divergence of the conditioning Gaussian from the standard normal distribution; a mean, as in the official code.</summary>
public static class KlLoss
{
    /// <summary>Returns the divergence of a batch.</summary>
    /// <param name="mu">(B, C).</param>
    /// <param name="logVariance">(B, C).</param>
    /// <returns>A scalar: -1/2 mean(1 + log s^2 - mu^2 - s^2).</returns>
    public static Tensor Compute(Tensor mu, Tensor logVariance)
    {
        using DisposeScope scope = NewDisposeScope();
        return ((1 + logVariance - mu.square() - logVariance.exp()).mean() * -0.5).MoveToOuterDisposeScope();
    }
}
