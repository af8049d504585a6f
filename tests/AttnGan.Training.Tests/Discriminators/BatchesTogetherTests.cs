using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Discriminators;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Discriminators;

public sealed class BatchesTogetherTests
{
    /// <summary>Logits and running statistics equal those of separate passes.</summary>
    [Theory]
    [InlineData(DiscriminatorFeatures.Learned)]
    [InlineData(DiscriminatorFeatures.Resnet18)]
    public void Concatenated_batches_are_normalized_separately(DiscriminatorFeatures kind)
    {
        manual_seed(3);
        var config = new DiscriminatorConfig { Width = 4, Features = kind };
        using var together = new Discriminator(32, config, embedding: 6);
        using var inTurn = new Discriminator(32, config, embedding: 6);
        using DisposeScope scope = NewDisposeScope();
        ModuleState.Load(inTurn, ModuleState.Collect(together), "the other");
        Tensor real = randn(4, 3, 32, 32), fake = randn(3, 3, 32, 32) * 2, sentences = randn(7, 6);

        Tensor features = together.Features(cat([real, fake]), 4, 3);
        Tensor logits = together.Conditional(features, sentences, 4, 3);
        Tensor realFeatures = inTurn.forward(real);
        Tensor fakeFeatures = inTurn.forward(fake);
        Tensor expected = cat([inTurn.Conditional(realFeatures, sentences[..4]), inTurn.Conditional(fakeFeatures, sentences[4..])]);

        Assert.InRange((logits - expected).abs().max().item<float>(), 0, 1e-5f);
        IReadOnlyDictionary<string, Tensor> statistics = ModuleState.Collect(inTurn);
        foreach ((string name, Tensor value) in ModuleState.Collect(together))
        {
            Assert.InRange((value - statistics[name]).abs().max().to(ScalarType.Float32).item<float>(), 0, 1e-5f);
        }

        Tensor asOne = inTurn.Conditional(inTurn.forward(cat([real, fake])), sentences);
        Assert.True((logits - asOne).abs().max().item<float>() > 1e-3f, "One batch of all images must be another thing.");
    }
}
