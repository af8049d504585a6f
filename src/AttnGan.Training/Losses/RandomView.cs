using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Losses;

/// <summary>
/// Random parts of drawn images, mirrored half of the time, through which gradients flow: what pleases a DAMSM in one exact view only
/// is no image of the caption (views against adversarial patterns: Crowson et al., "VQGAN-CLIP", 2022).
/// </summary>
internal static class RandomView
{
    /// <summary>Least share of the side that is seen.</summary>
    private const double MinShare = 0.85;

    /// <param name="images">(B, 3, S, S).</param>
    /// <returns>The same shape: a square part of each, enlarged.</returns>
    public static Tensor Of(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        long batch = images.shape[0];
        Tensor share = Uniform(MinShare, 1);
        Tensor room = 1 - share;
        Tensor mirror = (rand(batch, device: images.device) < 0.5).to(images.dtype) * 2 - 1;
        Tensor none = zeros_like(share);
        Tensor rows = stack([share * mirror, none, room * Uniform(-1, 1)], dim: 1);
        Tensor columns = stack([none, share, room * Uniform(-1, 1)], dim: 1);
        Tensor grid = functional.affine_grid(stack([rows, columns], dim: 1), images.shape, align_corners: false);
        return functional
            .grid_sample(images, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Border, align_corners: false)
            .MoveToOuterDisposeScope();

        Tensor Uniform(double low, double high) => rand(batch, device: images.device) * (high - low) + low;
    }
}
