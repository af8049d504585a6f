using AttnGan.Training.Configuration;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Distributed;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Losses;

/// <summary>
/// The distance between a generated image and the real image of its caption in a discriminator's features. Not in the paper; it helps with
/// small datasets, where the discriminators' gradients alone are a weak signal (feature matching between pairs: Wang et al.,
/// "High-Resolution Image Synthesis and Semantic Manipulation with Conditional GANs", 2018, equation 4).
/// </summary>
/// <param name="distance">What is compared of the features.</param>
public sealed class FeatureMatchingLoss(FeatureDistance distance)
{
    private readonly World _world = World.Alone;

    /// <param name="distance">What is compared of the features.</param>
    /// <param name="world">The ranks that share the global batch.</param>
    internal FeatureMatchingLoss(FeatureDistance distance, World world)
        : this(distance) => _world = world;

    /// <summary>Returns the distance of a batch.</summary>
    /// <param name="discriminator">The stage's discriminator.</param>
    /// <param name="fake">(B, 3, S, S), attached to the generator.</param>
    /// <param name="real">(B, 3, S, S): the real images of the same captions.</param>
    /// <returns>
    /// A scalar: the mean over layers of the <see cref="FeatureDistance"/>, which gives all layers the same weight whatever their scale.
    /// </returns>
    public Tensor Compute(Discriminator discriminator, Tensor fake, Tensor real) => Compute(discriminator, fake, real, weight: 1);

    /// <summary>Returns the distance of this rank's part of a batch.</summary>
    /// <param name="discriminator">The stage's discriminator.</param>
    /// <param name="fake">(B, 3, S, S), attached to the generator.</param>
    /// <param name="real">(B, 3, S, S): the real images of the same captions.</param>
    /// <param name="weight">This rank's share of all images that are compared (<see cref="World.Weight"/>).</param>
    internal Tensor Compute(Discriminator discriminator, Tensor fake, Tensor real, double weight)
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<Tensor> realMaps;
        using (no_grad())
        {
            realMaps = discriminator.Maps(real);
        }

        IReadOnlyList<Tensor> fakeMaps = discriminator.Maps(fake);
        Tensor sizes = _world.Mean(stack(realMaps.Select(Size)) * weight); // of the real images of all ranks
        Tensor distances = stack(fakeMaps.Zip(realMaps, (fakeMap, realMap) => Size(fakeMap - realMap))) * weight;
        return (distances / sizes).mean().MoveToOuterDisposeScope();
    }

    /// <summary>The mean size of a map's elements, in 32 bits also for maps of 16.</summary>
    private Tensor Size(Tensor map)
    {
        ScalarType type = map.dtype == ScalarType.BFloat16 ? ScalarType.Float32 : map.dtype;
        return (distance is FeatureDistance.Squared ? map.square() : map.abs()).mean([], type: type);
    }
}
