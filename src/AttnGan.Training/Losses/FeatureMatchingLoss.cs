using AttnGan.Training.Configuration;
using AttnGan.Training.Discriminators;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Losses;

/// <summary>
/// The distance between a generated image and the real image of its caption in a discriminator's features. Not in the paper; it helps with
/// small datasets, where the discriminators' gradients alone are a weak signal (feature matching between pairs: Wang et al.,
/// "High-Resolution Image Synthesis and Semantic Manipulation with Conditional GANs", 2018, equation 4).
/// </summary>
internal sealed class FeatureMatchingLoss(FeatureDistance distance)
{
    /// <param name="discriminator">The stage's discriminator.</param>
    /// <param name="fake">(B, 3, S, S), attached to the generator.</param>
    /// <param name="real">(B, 3, S, S): the real images of the same captions.</param>
    /// <returns>
    /// A scalar: the mean over layers of the <see cref="FeatureDistance"/>, which gives all layers the same weight whatever their scale.
    /// </returns>
    public Tensor Compute(Discriminator discriminator, Tensor fake, Tensor real)
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<Tensor> realMaps;
        using (no_grad())
        {
            realMaps = discriminator.Maps(real);
        }

        IReadOnlyList<Tensor> fakeMaps = discriminator.Maps(fake);
        IEnumerable<Tensor> layers = fakeMaps.Zip(realMaps, (fakeMap, realMap) => Size(fakeMap - realMap) / Size(realMap));
        return stack(layers).mean().MoveToOuterDisposeScope();
    }

    /// <summary>The mean size of a map's elements, in 32 bits also for maps of 16.</summary>
    private Tensor Size(Tensor map) =>
        (distance is FeatureDistance.Squared ? map.square() : map.abs()).mean([], type: ScalarType.Float32);
}
