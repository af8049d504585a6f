using AttnGan.Training.Configuration;
using AttnGan.Training.Distributed;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Discriminators;

/// <summary>
/// Differentiable random augmentation of every image that a discriminator sees, real or fake, which keeps discriminators from memorizing a
/// small dataset (Zhao et al., "Differentiable Augmentation for Data-Efficient GAN Training", 2020).
/// </summary>
/// <param name="parts">The kinds of augmentation, applied in this order.</param>
/// <param name="world">The ranks that share the global batch; null for one process.</param>
internal sealed class DifferentiableAugmentation(IReadOnlyList<Augmentation> parts, World? world = null)
{
    private const double TranslationRange = 1 / 8.0;
    private const double CutoutSide = 1 / 2.0;

    private readonly World _world = world ?? World.Alone;

    /// <summary>Augments each image differently.</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    /// <returns>The same shape; an alias of the same tensor if there is no augmentation.</returns>
    public Tensor Apply(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = images.alias();
        foreach (Augmentation part in parts)
        {
            x = part switch
            {
                Augmentation.Color => Color(x),
                Augmentation.Translation => Translate(x),
                _ => CutOut(x),
            };
        }

        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Shifts brightness by up to 0.5, scales saturation by 0 to 2 and contrast by 0.5 to 1.5.</summary>
    private Tensor Color(Tensor x)
    {
        x = x + Uniform(x, -0.5, 0.5);
        Tensor gray = x.mean([1], keepdim: true);
        x = (x - gray) * Uniform(x, 0, 2) + gray;
        Tensor level = x.mean([1, 2, 3], keepdim: true);
        return (x - level) * Uniform(x, 0.5, 1.5) + level;
    }

    /// <summary>Shifts the image by up to an eighth of its side; gray (0) fills the border.</summary>
    private Tensor Translate(Tensor x)
    {
        (long batch, long side) = (x.shape[0], x.shape[3]);
        long range = (long)Math.Round(side * TranslationRange);
        Tensor steps = arange(side, device: x.device);
        Tensor rows = (steps.unsqueeze(0) + Offsets(x, range)).clamp(-1, side) + 1; // (B, S), 0 and S + 1 outside
        Tensor columns = (steps.unsqueeze(0) + Offsets(x, range)).clamp(-1, side) + 1;
        Tensor padded = functional.pad(x, [1, 1, 1, 1]).permute(0, 2, 3, 1); // (B, S + 2, S + 2, 3)
        Tensor samples = arange(batch, device: x.device).view(-1, 1, 1);
        return padded
            .index(TensorIndex.Tensor(samples), TensorIndex.Tensor(rows.unsqueeze(2)), TensorIndex.Tensor(columns.unsqueeze(1)))
            .permute(0, 3, 1, 2);
    }

    /// <summary>Sets a square of half the side, centered anywhere, to gray (0).</summary>
    private Tensor CutOut(Tensor x)
    {
        long side = x.shape[3];
        Tensor steps = arange(side, device: x.device).unsqueeze(0);
        Tensor inRows = Near(steps, Integers(x, 0, side + 1), side);
        Tensor inColumns = Near(steps, Integers(x, 0, side + 1), side);
        Tensor hole = inRows.unsqueeze(2).logical_and(inColumns.unsqueeze(1)).unsqueeze(1); // (B, 1, S, S)
        return x.masked_fill(hole, 0);
    }

    /// <summary>True within half the side of the square from its center, which lies between two pixels or on the border.</summary>
    private static Tensor Near(Tensor steps, Tensor center, long side) =>
        (steps + 0.5 - center).abs().lt(side * CutoutSide / 2);

    private Tensor Offsets(Tensor x, long range) => Integers(x, -range, range + 1);

    private Tensor Integers(Tensor x, long low, long high) =>
        _world.Take(randint(low, high, [x.shape[0] * _world.Size, 1], device: x.device));

    private Tensor Uniform(Tensor x, double low, double high) =>
        _world.Take(rand([x.shape[0] * _world.Size, 1, 1, 1], device: x.device)) * (high - low) + low;
}
