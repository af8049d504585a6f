using AttnGan.Training.Distributed;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Losses;

/// <summary>
/// Differentiable random crops of generated images, half of them mirrored. They keep the generator from adversarial patterns, which have
/// a low DAMSM loss only in one exact view (random views: Crowson et al., "VQGAN-CLIP", 2022).
/// </summary>
internal static class RandomView
{
    /// <summary>The minimum side of a crop relative to the image.</summary>
    private const double MinShare = 0.85;

    /// <param name="images">(B, 3, S, S).</param>
    /// <param name="world">The ranks that share the global batch; null for one process.</param>
    /// <returns>The same shape: a square crop of each image, scaled up.</returns>
    public static Tensor Of(Tensor images, World? world = null)
    {
        using DisposeScope scope = NewDisposeScope();
        world ??= World.Alone;
        long batch = images.shape[0] * world.Size;
        Tensor share = Uniform(MinShare, 1);
        Tensor margin = 1 - share;
        Tensor mirror = (Random() < 0.5).to(images.dtype) * 2 - 1;
        Tensor none = zeros_like(share);
        Tensor rows = stack([share * mirror, none, margin * Uniform(-1, 1)], dim: 1);
        Tensor columns = stack([none, share, margin * Uniform(-1, 1)], dim: 1);
        Tensor grid = functional.affine_grid(stack([rows, columns], dim: 1), images.shape, align_corners: false);
        return functional
            .grid_sample(images, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Border, align_corners: false)
            .MoveToOuterDisposeScope();

        Tensor Uniform(double low, double high) => Random() * (high - low) + low;

        Tensor Random() => world.Take(rand(batch, device: images.device));
    }
}
