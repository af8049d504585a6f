using AttnGan.Training.Configuration;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Losses;

[WithoutCollections]
public sealed class FeatureMatchingLossTests
{
    private static readonly Tensor s_real = ReferenceValues.FormulaImage(3, 32, 0).DetachFromDisposeScope();
    private static readonly Tensor s_fake = ReferenceValues.FormulaImage(3, 32, 2).DetachFromDisposeScope();

    [Theory]
    [InlineData(16, "8x8x8, 16x4x4")]
    [InlineData(64, "2x32x32, 4x16x16, 8x8x8, 16x4x4")]
    [InlineData(128, "2x64x64, 4x32x32, 8x16x16, 16x8x8, 32x4x4, 16x4x4")]
    public void Every_layer_has_a_map_and_the_last_one_is_the_features(int size, string shapes)
    {
        using DisposeScope scope = NewDisposeScope();
        using Discriminator network = Network(size, spectral: false);
        Tensor images = ReferenceValues.FormulaImage(3, size, 0);

        IReadOnlyList<Tensor> maps = network.Maps(images);

        Assert.Equal(shapes, string.Join(", ", maps.Select(map => string.Join('x', map.shape[1..]))));
        Assert.True(maps[^1].equal(network.forward(images)).all().item<bool>());
        Assert.All(maps, map => Assert.True(map.min().item<float>() < 0 && map.max().item<float>() > 0)); // after the leaky activation
    }

    [Theory]
    [InlineData(FeatureDistance.Absolute, false)]
    [InlineData(FeatureDistance.Absolute, true)]
    [InlineData(FeatureDistance.Squared, false)]
    public void The_loss_is_the_mean_relative_distance_over_layers(FeatureDistance distance, bool spectral)
    {
        using DisposeScope scope = NewDisposeScope();
        using Discriminator network = Network(32, spectral);
        IReadOnlyList<Tensor> real = network.Maps(s_real);
        double power = distance is FeatureDistance.Squared ? 2 : 1;
        double[] layers = [.. network.Maps(s_fake).Select((map, i) => MeanPower(map - real[i]) / MeanPower(real[i]))];
        var loss = new FeatureMatchingLoss(distance);

        Assert.Equal(layers.Average(), loss.Compute(network, s_fake, s_real).item<float>(), 1e-5);
        Assert.Equal(0, loss.Compute(network, s_real, s_real).item<float>());

        double MeanPower(Tensor map) => map.data<float>().Average(value => Math.Pow(Math.Abs(value), power));
    }

    [Fact]
    public void Gradients_reach_the_generated_images_only()
    {
        using DisposeScope scope = NewDisposeScope();
        using Discriminator network = Network(32, spectral: true);
        Tensor fake = s_fake.clone().requires_grad_();
        Tensor real = s_real.clone().requires_grad_();
        var loss = new FeatureMatchingLoss(FeatureDistance.Absolute);
        Tensor before = loss.Compute(network, fake, real);

        before.backward();

        Assert.Null(real.grad);
        Tensor closer = fake.detach() - fake.grad! * (0.1 / fake.grad!.norm());
        Assert.True(loss.Compute(network, closer, real).item<float>() < before.item<float>());
    }

    private static Discriminator Network(int size, bool spectral)
    {
        random.manual_seed(3).Dispose();
        var network = new Discriminator(size, new DiscriminatorConfig { Width = 2, SpectralNorm = spectral }, embedding: 4);
        network.eval();
        return network;
    }
}
