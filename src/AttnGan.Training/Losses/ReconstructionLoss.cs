using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Losses;

/// <summary>The distance of generated images from the real images of their captions, in pixels.</summary>
public static class ReconstructionLoss
{
    /// <summary>
    /// Returns the weighted mean absolute difference: of several images with one caption, their median is best. A pixel weighs
    /// 1 + <paramref name="foregroundWeight"/> * d, where d in [0, 1] is how far the real pixel is from the median color of its image in
    /// the channel in which it is farthest: where most of an image is background, d is 0 there.
    /// </summary>
    /// <param name="fake">(B, 3, S, S) in [-1, 1].</param>
    /// <param name="real">(B, 3, S, S) in [-1, 1].</param>
    /// <param name="foregroundWeight">At least 0; 0 for equal weights.</param>
    public static Tensor Compute(Tensor fake, Tensor real, double foregroundWeight = 0)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor difference = (fake - real).abs();
        if (foregroundWeight > 0)
        {
            difference = difference * (1 + Foreground(real) * foregroundWeight);
        }

        return difference.mean().MoveToOuterDisposeScope();
    }

    /// <summary>Returns how far each pixel is from the median color of its image: (B, 1, S, S) in [0, 1].</summary>
    private static Tensor Foreground(Tensor real)
    {
        Tensor pixels = real.flatten(2);
        (Tensor background, _) = pixels.kthvalue(pixels.shape[2] / 2, dim: 2, keepdim: true); // (B, 3, 1)
        return (real - background.unsqueeze(3)).abs().amax([1], keepdim: true).clamp(max: 1);
    }
}
