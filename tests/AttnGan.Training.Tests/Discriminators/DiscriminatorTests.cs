using AttnGan.Training.Configuration;
using AttnGan.Training.Discriminators;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Discriminators;

[WithoutCollections]
public sealed class DiscriminatorTests
{
    [Theory]
    [InlineData(64, "eval")]
    [InlineData(64, "train")]
    [InlineData(128, "eval")]
    [InlineData(128, "train")]
    [InlineData(256, "eval")]
    [InlineData(256, "train")]
    public void Features_and_logits_equal_those_of_the_official_network(int size, string mode)
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new ReferenceValues("discriminators");
        using var network = new Discriminator(size, new DiscriminatorConfig { Width = 4 }, embedding: 16);
        reference.LoadInto(network, $"state.D{size}.");
        network.train(mode == "train");

        Tensor features = network.forward(ReferenceValues.FormulaImage(3, size, 0));
        Tensor conditional = network.Conditional(features, reference["in.sent_emb"]);
        Tensor unconditional = network.UnconditionalLogits(features);

        string run = $"out.D{size}.{mode}.";
        reference.AssertClose(run + "features", features);
        reference.AssertClose(run + "cond", conditional.sigmoid());
        reference.AssertClose(run + "uncond", unconditional.sigmoid());
        if (mode == "train")
        {
            reference.AssertBuffers(network, run + "after.");
        }
    }
}
