using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Encoders;
using AttnGan.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Losses;

[WithoutCollections]
public sealed class AdversarialLossTests
{
    private static readonly AdversarialLoss Loss = new(AdversarialLossKind.Bce);

    [Theory]
    [InlineData(64, true)]
    [InlineData(128, true)]
    [InlineData(256, true)]
    [InlineData(256, false)]
    public void Discriminator_loss_and_gradients_equal_the_official_ones(int size, bool unconditional)
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new ReferenceValues("losses");
        using Discriminator network = Load(size, unconditional);

        Tensor loss = Loss.ForDiscriminator(
            network, ReferenceValues.FormulaImage(3, size, 0), ReferenceValues.FormulaImage(3, size, 2), reference["in.sent_emb"]);
        loss.backward();

        string run = unconditional ? $"D{size}" : $"D{size}.nojcu";
        reference.AssertClose($"out.dloss.{run}", loss);
        reference.AssertGradients(network, $"grad.dloss.{run}.");
        foreach ((string name, Tensor buffer) in network.named_buffers().Where(entry => entry.buffer.is_floating_point()))
        {
            reference.AssertCloseInNorm($"out.dloss.{run}.after.l2.{name}", buffer.norm(), 1e-4);
        }
    }

    [Fact]
    public void Generator_loss_and_gradients_equal_the_official_ones()
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new ReferenceValues("losses");
        Tensor sentence = reference["in.sent_emb"];
        Tensor words = reference["in.words_emb"];
        Tensor padding = arange(words.shape[2]).unsqueeze(0).ge(reference["in.cap_lens"].unsqueeze(1));
        Discriminator[] networks = [Load(64, true), Load(128, true), Load(256, true)];
        Tensor[] fakes = [.. networks.Select(network => ReferenceValues.FormulaImage(3, network.ImageSize, 2).requires_grad_())];

        Tensor[] losses = [.. networks.Zip(fakes, (network, fake) => Loss.ForGenerator(network, fake, sentence))];
        DamsmTerms terms = new DamsmLoss(new DamsmConfig()).Compute(
            new ImageFeatures(reference["in.stub.region_features"], reference["in.stub.cnn_code"]),
            new TextFeatures(words, sentence, padding),
            reference["in.class_ids"]);
        Tensor total = stack(losses).sum() + (terms.Words + terms.Sentence) * 5;
        total.backward();

        reference.AssertClose("out.gloss.g_loss", stack(losses));
        reference.AssertClose("out.gloss.w_loss0_w_loss1", stack([terms.Words0, terms.Words1]));
        reference.AssertClose("out.gloss.s_loss0_s_loss1", stack([terms.Sentence0, terms.Sentence1]));
        reference.AssertClose("out.gloss.total", total);
        foreach ((Discriminator network, Tensor fake) in networks.Zip(fakes))
        {
            int size = network.ImageSize;
            reference.AssertGradients(network, $"grad.gloss.D{size}.");
            int step = size == 64 ? 4 : 8;
            reference.AssertCloseInNorm($"grad.gloss.fake{size}.s{step}", ReferenceValues.Every(step, fake.grad!));
            reference.AssertCloseInNorm($"grad.gloss.fake{size}.l2", fake.grad!.norm());
            network.Dispose();
        }
    }

    private static Discriminator Load(int size, bool unconditional)
    {
        using var states = new ReferenceValues("discriminators");
        var network = new Discriminator(size, new DiscriminatorConfig { Width = 4, Unconditional = unconditional }, embedding: 16);
        string prefix = $"state.D{size}.";
        var state = states.Names
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Where(name => unconditional || !name.Contains("UNCOND_DNET", StringComparison.Ordinal))
            .ToDictionary(name => name[prefix.Length..], name => states[name]);
        ModuleState.Load(network, state, states.Name);
        return network;
    }
}
