using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Encoders;
using AttnGan.Training.Losses;
using AttnGan.Training.Torch;
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Hinge_losses_follow_their_definition(bool unconditional)
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new ReferenceValues("losses");
        using Discriminator network = Load(64, unconditional);
        (Tensor real, Tensor fake, Tensor sentence) = Evaluated(network, reference);
        (Tensor realFeatures, Tensor fakeFeatures) = (network.forward(real), network.forward(fake));
        double matched = Mean(Beyond(-network.Conditional(realFeatures, sentence)));
        double generated = Mean(Beyond(network.Conditional(fakeFeatures, sentence)));
        double wrong = Mean(Beyond(network.Conditional(realFeatures.narrow(0, 0, 2), sentence.narrow(0, 1, 2))));
        double expected = matched + ((generated + wrong) / 2);
        double expectedForGenerator = -Mean(network.Conditional(fakeFeatures, sentence));
        if (unconditional)
        {
            double alone = Mean(Beyond(-network.UnconditionalLogits(realFeatures)));
            double fakeAlone = Mean(Beyond(network.UnconditionalLogits(fakeFeatures)));
            expected = ((alone + matched) / 2) + ((fakeAlone + generated + wrong) / 3);
            expectedForGenerator -= Mean(network.UnconditionalLogits(fakeFeatures));
        }

        var hinge = new AdversarialLoss(AdversarialLossKind.Hinge);
        Assert.Equal(expected, hinge.ForDiscriminator(network, real, fake, sentence).ReadScalar(), 1e-4);
        Assert.Equal(expectedForGenerator, hinge.ForGenerator(network, fake, sentence).ReadScalar(), 1e-4);

        static Tensor Beyond(Tensor logits) => nn.functional.relu(1 + logits);
        static double Mean(Tensor values) => values.mean().ReadScalar();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Relativistic_losses_compare_with_the_real_image(bool unconditional)
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new ReferenceValues("losses");
        using Discriminator network = Load(64, unconditional);
        (Tensor real, Tensor fake, Tensor sentence) = Evaluated(network, reference);
        (Tensor realFeatures, Tensor fakeFeatures) = (network.forward(real), network.forward(fake));
        Tensor matched = network.Conditional(realFeatures, sentence);
        Tensor generated = network.Conditional(fakeFeatures, sentence);
        Tensor wrong = network.Conditional(realFeatures.narrow(0, 0, 2), sentence.narrow(0, 1, 2));
        double rejected = Less(generated, matched);
        double expected = (rejected + Less(wrong, matched[..2])) / 2;
        double expectedForGenerator = Less(matched, generated);
        if (unconditional)
        {
            Tensor alone = network.UnconditionalLogits(realFeatures);
            Tensor fakeAlone = network.UnconditionalLogits(fakeFeatures);
            expected = (Less(fakeAlone, alone) + (2 * expected)) / 3;
            expectedForGenerator += Less(alone, fakeAlone);
        }

        var relativistic = new AdversarialLoss(AdversarialLossKind.Relativistic);
        Assert.Equal(expected, relativistic.ForDiscriminator(network, real, fake, sentence).ReadScalar(), 1e-4);
        Assert.Equal(expectedForGenerator, relativistic.ForGenerator(network, fake, sentence, real).ReadScalar(), 1e-4);
        Assert.Throws<ArgumentNullException>(() => relativistic.ForGenerator(network, fake, sentence));

        // Binary cross entropy of "the first logit is less than the second".
        static double Less(Tensor first, Tensor second) => nn.functional.softplus(first - second).mean().ReadScalar();
    }

    /// <summary>Wrong captions of both kinds count as much together as those of other images alone.</summary>
    [Fact]
    public void Foils_are_half_of_the_wrong_pairs()
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new ReferenceValues("losses");
        using Discriminator network = Load(64, unconditional: true);
        (Tensor real, Tensor fake, Tensor sentence) = Evaluated(network, reference);
        Tensor foils = sentence * -2;
        Tensor features = network.forward(real);
        double next = nn.functional.softplus(network.Conditional(features[..2], sentence[1..])).mean().ReadScalar();
        double foil = nn.functional.softplus(network.Conditional(features, foils)).mean().ReadScalar();

        double without = Loss.ForDiscriminator(network, real, fake, sentence).ReadScalar();
        double with = Loss.ForDiscriminator(network, real, fake, sentence, foils).ReadScalar();

        Assert.Equal(without + ((foil - next) / 2 / 3), with, 1e-4);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_R1_penalty_is_the_squared_slope_of_the_logits_and_has_gradients(bool unconditional)
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new ReferenceValues("losses");
        using Discriminator network = Load(64, unconditional);
        network.eval();
        network.to(ScalarType.Float64);
        Tensor image = ReferenceValues.FormulaImage(1, 64, 0).to(ScalarType.Float64).requires_grad_();
        Tensor sentence = reference["in.sent_emb"].narrow(0, 0, 1).to(ScalarType.Float64);

        Tensor penalty = AdversarialLoss.GradientPenalty(network, image, sentence);
        penalty.backward();

        // Along the gradient the logits change by its norm.
        Tensor gradient = autograd.grad([Logits(image).sum()], [image])[0];
        Tensor step = gradient / gradient.norm() * 1e-5;
        double slope = (Logits(image + step).sum() - Logits(image - step).sum()).ReadScalar() / 2e-5;
        Assert.Equal(slope * slope, penalty.ReadScalar(), 1e-3 * slope * slope);
        Assert.Contains(network.parameters(), parameter => parameter.grad is { } own && own.abs().max().ReadScalar() > 0);

        Tensor Logits(Tensor images)
        {
            Tensor features = network.forward(images);
            Tensor logits = network.Conditional(features, sentence);
            return unconditional ? logits + network.UnconditionalLogits(features) : logits;
        }
    }

    /// <summary>Turns batch statistics off, so that the logits of each image are its own, and returns images with their captions.</summary>
    private static (Tensor Real, Tensor Fake, Tensor Sentence) Evaluated(Discriminator network, ReferenceValues reference)
    {
        network.eval();
        return (ReferenceValues.FormulaImage(3, 64, 0), ReferenceValues.FormulaImage(3, 64, 2), reference["in.sent_emb"]);
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
