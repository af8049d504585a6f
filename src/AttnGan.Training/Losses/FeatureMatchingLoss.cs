using AttnGan.Training.Discriminators;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Losses;

/// <summary>
/// The distance between a generated image and the real image of its caption in a discriminator's features. Not in the paper; it helps with
/// small datasets, where the discriminators' gradients alone are a weak signal (feature matching between pairs: Wang et al.,
/// "High-Resolution Image Synthesis and Semantic Manipulation with Conditional GANs", 2018, equation 4).
/// </summary>
internal static class FeatureMatchingLoss
{
    /// <param name="discriminator">The stage's discriminator.</param>
    /// <param name="fake">(B, 3, S, S), attached to the generator.</param>
    /// <param name="real">(B, 3, S, S): the real images of the same captions.</param>
    /// <returns>
    /// A scalar: the mean over layers of mean|fake - real| / mean|real|, which gives all layers the same weight whatever their scale.
    /// </returns>
    public static Tensor Compute(Discriminator discriminator, Tensor fake, Tensor real)
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<Tensor> realMaps;
        using (no_grad())
        {
            realMaps = discriminator.Maps(real);
        }

        IReadOnlyList<Tensor> fakeMaps = discriminator.Maps(fake);
        IEnumerable<Tensor> layers = fakeMaps.Zip(realMaps, (fakeMap, realMap) =>
            (fakeMap - realMap).abs().mean([], type: ScalarType.Float32) / realMap.abs().mean([], type: ScalarType.Float32));
        return stack(layers).mean().MoveToOuterDisposeScope();
    }
}
