using AttnGan.Training.Configuration;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Layers;

[WithoutCollections]
public sealed class SpectralConv2dTests
{
    [Theory]
    [InlineData(3, 8, 4)]
    [InlineData(16, 5, 3)]
    [InlineData(32, 1, 4)]
    public void The_applied_weight_has_spectral_norm_1(int inputs, int outputs, int kernel)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(3);
        using var conv = new SpectralConv2d(inputs, outputs, kernel, stride: 1, padding: 0);
        Tensor weight = conv.state_dict()["weight"];
        using (no_grad())
        {
            // Not orthogonal, as after some training.
            weight.copy_(randn_like(weight) * 3);
        }

        for (int i = 0; i < 100; i++)
        {
            conv.forward(zeros(1, inputs, kernel, kernel));
        }

        Tensor sigma = linalg.svdvals(AppliedWeight(conv, inputs, outputs, kernel).flatten(1)).max();
        Assert.Equal(1, sigma.item<float>(), 0.02);
        Assert.NotEqual(1, linalg.svdvals(weight.flatten(1)).max().item<float>(), 0.5);
    }

    [Fact]
    public void Gradients_include_the_normalization()
    {
        using DisposeScope scope = NewDisposeScope();
        using var conv = new SpectralConv2d(3, 4, 3, stride: 1, padding: 1);
        conv.eval();
        Tensor images = randn(2, 3, 6, 6);
        Tensor weight = conv.state_dict()["weight"];

        // Scaling a normalized weight changes nothing: the gradient is orthogonal to the weight.
        conv.forward(images).square().sum().backward();
        Tensor gradient = conv.named_parameters().Single(entry => entry.name == "weight").parameter.grad!;
        double along = (gradient * weight).sum().item<float>() / (gradient.norm() * weight.norm()).item<float>();
        Assert.Equal(0, along, 1e-4);
        Assert.True(gradient.norm().item<float>() > 0.1);
    }

    [Fact]
    public void The_estimate_changes_in_training_mode_only()
    {
        using DisposeScope scope = NewDisposeScope();
        using var conv = new SpectralConv2d(3, 4, 3, stride: 1, padding: 1);
        Tensor before = conv.state_dict()["weight_u"].clone();
        conv.eval();
        conv.forward(randn(1, 3, 6, 6));
        Assert.Equal(before.data<float>().ToArray(), conv.state_dict()["weight_u"].data<float>().ToArray());

        conv.train();
        conv.forward(randn(1, 3, 6, 6));
        Assert.NotEqual(before.data<float>().ToArray(), conv.state_dict()["weight_u"].data<float>().ToArray());
    }

    [Fact]
    public void A_discriminator_uses_it_instead_of_batch_normalization()
    {
        using var network = new Discriminator(32, new DiscriminatorConfig { Width = 4, SpectralNorm = true }, embedding: 8);
        string[] names = [.. network.state_dict().Keys];

        Assert.DoesNotContain(names, name => name.Contains("running", StringComparison.Ordinal));
        Assert.Equal(Count(".weight"), Count(".weight_u"));

        int Count(string ending) => names.Count(name => name.EndsWith(ending, StringComparison.Ordinal));
    }

    /// <summary>Returns the outputs for unit images, without the bias.</summary>
    private static Tensor AppliedWeight(SpectralConv2d conv, int inputs, int outputs, int kernel)
    {
        conv.eval();
        int size = inputs * kernel * kernel;
        using (no_grad())
        {
            return conv.forward(eye(size).view(size, inputs, kernel, kernel)).view(size, outputs).t().contiguous();
        }
    }
}
