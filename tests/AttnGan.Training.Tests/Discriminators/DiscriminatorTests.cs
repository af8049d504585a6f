using AttnGan.Training.Checkpoints;
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

    [Theory]
    [InlineData(16)]
    [InlineData(256)]
    public void On_frozen_features_only_the_branches_are_trained_and_images_get_gradients(int size)
    {
        using var network = new Discriminator(
            size, new DiscriminatorConfig { Width = 4, Features = DiscriminatorFeatures.Resnet18 }, embedding: 6);
        using DisposeScope scope = NewDisposeScope();
        Tensor images = (rand(2, 3, size, size) * 2 - 1).requires_grad_();

        IReadOnlyList<Tensor> maps = network.Maps(images);
        network.Conditional(maps[^1], randn(2, 6)).sum().backward();

        Assert.Equal([2, 32, 4, 4], maps[^1].shape);
        Assert.True(images.grad!.abs().sum().item<float>() > 0);
        Assert.Equal(
            ["COND_DNET", "UNCOND_DNET", "branch1", "branch2", "branch3", "branch4"],
            network.state_dict().Keys.Select(name => name.Split('.')[0]).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_projection_adds_the_inner_product_of_features_and_mapped_sentence_to_the_conditional_logits()
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new ReferenceValues("discriminators");
        using var plain = new Discriminator(64, new DiscriminatorConfig { Width = 4 }, embedding: 16);
        using var projected = new Discriminator(64, new DiscriminatorConfig { Width = 4, Projection = true }, embedding: 16);
        reference.LoadInto(plain, "state.D64.");
        Tensor map = projected.state_dict()["projection.weight"];
        ModuleState.Load(
            projected, ModuleState.Collect(plain).Append(new("projection.weight", map)).ToDictionary(), "the other");
        plain.eval();
        projected.eval();
        Tensor sentence = reference["in.sent_emb"];
        Tensor features = plain.forward(ReferenceValues.FormulaImage(3, 64, 0)); // (3, 32, 4, 4)

        Tensor asked = sentence.matmul(map.view(32 * 4 * 4, 16).t()); // (3, 32 * 4 * 4)
        Tensor expected = plain.Conditional(features, sentence) + (asked * features.flatten(1)).sum(1);

        Assert.InRange((projected.Conditional(features, sentence) - expected).abs().max().item<float>(), 0, 1e-5f);
        Assert.True((expected - plain.Conditional(features, sentence)).abs().min().item<float>() > 1e-3f);
        Assert.True(plain.UnconditionalLogits(features).equal(projected.UnconditionalLogits(features)).all().item<bool>());
    }
}
