using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Losses;

/// <summary>
/// Rewards images of a caption that differ as their noise does: the ratio of distances of Mao et al., "Mode Seeking Generative Adversarial
/// Networks for Diverse Image Synthesis", 2019, in the bounded form of Yang et al., "Diversity-Sensitive Conditional Generative Adversarial
/// Networks", 2019, whose gradient stays finite for equal images. Not in the paper.
/// </summary>
internal static class ModeSeekingLoss
{
    /// <summary>
    /// The difference of images, as a share of that of their noise, from which on there is no reward: 0.2 of [-1, 1] for noise that differs
    /// by its expectation, 2 / sqrt(pi).
    /// </summary>
    private static readonly double _enough = 0.2 * Math.Sqrt(Math.PI) / 2;

    /// <summary>Returns the loss of two images of each caption.</summary>
    /// <param name="first">(B, 3, S, S) in [-1, 1], attached to the generator.</param>
    /// <param name="second">(B, 3, S, S) in [-1, 1], attached to the generator.</param>
    /// <param name="firstNoise">z of the first images: (B, Z).</param>
    /// <param name="secondNoise">z of the second images: (B, Z).</param>
    /// <returns>A scalar in [0, 1]: 1 for equal images, 0 for images that differ enough.</returns>
    public static Tensor Compute(Tensor first, Tensor second, Tensor firstNoise, Tensor secondNoise)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = (first - second).abs().mean([1, 2, 3]);
        Tensor noise = (firstNoise - secondNoise).abs().mean([1]).clamp(min: 1e-6);
        return functional.relu(1 - (images / noise / _enough)).mean().MoveToOuterDisposeScope();
    }
}
