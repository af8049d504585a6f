using AttnGan.Training.Discriminators;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Losses;

/// <summary>
/// How far a drawn image is from the one that its caption belongs to, in the eyes of a discriminator: not in the paper, but of use with
/// few images, where what a discriminator wants is seldom clear (feature matching between pairs: Wang et al., "High-Resolution Image
/// Synthesis and Semantic Manipulation with Conditional GANs", 2018, equation 4).
/// </summary>
internal static class FeatureMatchingLoss
{
    /// <param name="discriminator">The stage's discriminator.</param>
    /// <param name="drawn">(B, 3, S, S), attached to the generator.</param>
    /// <param name="real">(B, 3, S, S): the images of the captions that were drawn.</param>
    /// <returns>
    /// A scalar: mean over layers of mean|drawn - real| / mean|real|, so that layers count alike whatever the scale of their features.
    /// </returns>
    public static Tensor Compute(Discriminator discriminator, Tensor drawn, Tensor real)
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<Tensor> realMaps;
        using (no_grad())
        {
            realMaps = discriminator.Maps(real);
        }

        IReadOnlyList<Tensor> drawnMaps = discriminator.Maps(drawn);
        IEnumerable<Tensor> layers = drawnMaps.Zip(realMaps, (mine, other) =>
            (mine - other).abs().mean([], type: ScalarType.Float32) / other.abs().mean([], type: ScalarType.Float32));
        return stack(layers).mean().MoveToOuterDisposeScope();
    }
}
