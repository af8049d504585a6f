using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Losses;

/// <summary>
/// The distance of generated images from the real images of their captions in local contrast. Not in the paper. A distance in pixels is the
/// same for stripes in the wrong place as for none, and its mean over places is smallest for their average, a plain area; contrast is that of
/// stripes wherever they are, and along each axis, so that it tells stripes from dots.
/// </summary>
public static class TextureMatchingLoss
{
    // Side in pixels of the areas of which the mean contrast is compared.
    private const int Window = 4;

    /// <summary>Returns the mean absolute difference of local contrast along both axes.</summary>
    /// <param name="fake">(B, 3, S, S) in [-1, 1], attached to the generator; S is at least 8.</param>
    /// <param name="real">(B, 3, S, S) in [-1, 1]: the real images of the same captions.</param>
    /// <returns>A scalar in [0, 4].</returns>
    public static Tensor Compute(Tensor fake, Tensor real)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rows = (Contrast(fake, 2) - Contrast(real, 2)).abs().mean();
        Tensor columns = (Contrast(fake, 3) - Contrast(real, 3)).abs().mean();
        return (rows + columns).MoveToOuterDisposeScope();
    }

    /// <summary>The mean absolute difference of neighbors along an axis, over windows that overlap by half.</summary>
    private static Tensor Contrast(Tensor images, int axis) =>
        functional.avg_pool2d(images.diff(dim: axis).abs(), Window, stride: Window / 2);
}
