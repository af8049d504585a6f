using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Losses;

/// <summary>
/// Random parts of drawn pictures, mirrored half of the time, through which gradients flow: what pleases a DAMSM in one exact view only
/// is no picture of the caption (views against adversarial patterns: Crowson et al., "VQGAN-CLIP", 2022).
/// </summary>
internal static class RandomView
{
    /// <summary>Least share of the side that is seen.</summary>
    private const double LeastShare = 0.85;

    /// <param name="pictures">(B, 3, S, S).</param>
    /// <returns>The same shape: a square part of each, enlarged.</returns>
    public static Tensor Of(Tensor pictures)
    {
        using DisposeScope scope = NewDisposeScope();
        long batch = pictures.shape[0];
        Tensor share = Uniform(LeastShare, 1);
        Tensor room = 1 - share;
        Tensor mirror = (rand(batch, device: pictures.device) < 0.5).to(pictures.dtype) * 2 - 1;
        Tensor none = zeros_like(share);
        Tensor rows = stack([share * mirror, none, room * Uniform(-1, 1)], dim: 1);
        Tensor columns = stack([none, share, room * Uniform(-1, 1)], dim: 1);
        Tensor grid = functional.affine_grid(stack([rows, columns], dim: 1), pictures.shape, align_corners: false);
        return functional
            .grid_sample(pictures, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Border, align_corners: false)
            .MoveToOuterDisposeScope();

        Tensor Uniform(double low, double high) => rand(batch, device: pictures.device) * (high - low) + low;
    }
}
