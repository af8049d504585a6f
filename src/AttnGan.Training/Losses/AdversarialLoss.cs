using AttnGan.Training.Configuration;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Distributed;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Losses;

/// <summary>The adversarial losses of one stage: conditional and unconditional, on logits (paper, equations 4 and 5).</summary>
/// <param name="kind">Binary cross entropy or hinge.</param>
public sealed class AdversarialLoss(AdversarialLossKind kind)
{
    private readonly World _world = World.Alone;

    /// <param name="kind">Binary cross entropy or hinge.</param>
    /// <param name="world">The ranks that share the global batch.</param>
    internal AdversarialLoss(AdversarialLossKind kind, World world)
        : this(kind) => _world = world;

    /// <summary>
    /// Returns (real + real with caption) / 2 + (fake + fake with caption + real with wrong caption) / 3, where the wrong caption of an
    /// image is that of the next image and, if foils are given, its foil as well (the mean of both). Without an unconditional head, returns
    /// real with caption + (fake with caption + real with wrong caption) / 2.
    /// </summary>
    /// <param name="discriminator">The stage's discriminator.</param>
    /// <param name="real">(B, 3, S, S) with B at least 2.</param>
    /// <param name="fake">(B, 3, S, S), detached from the generator.</param>
    /// <param name="sentence">E: (B, D).</param>
    /// <param name="foils">(B, D): sentence features of captions that are wrong for the real images; null for none.</param>
    /// <returns>A scalar, to be minimized by the discriminator.</returns>
    /// <exception cref="ArgumentException">There are fewer than two images, so that none has a wrong caption.</exception>
    public Tensor ForDiscriminator(Discriminator discriminator, Tensor real, Tensor fake, Tensor sentence, Tensor? foils = null)
    {
        using DisposeScope scope = NewDisposeScope();
        long batch = real.shape[0];
        Tensor features = discriminator.Features(cat([real, fake]), batch, batch);

        // Real and fake images with their captions, then real images with each kind of wrong captions.
        long mismatched = batch * _world.Size - 1;
        if (mismatched < 1)
        {
            throw new ArgumentException("At least two images are needed: the wrong caption of an image is that of the next.", nameof(real));
        }

        Tensor next = _world.Take(_world.Gather(sentence)[1..]);
        Tensor[] wrong = foils is null ? [next] : [next, foils];
        long[] sizes = [batch, batch, .. wrong.Select(captions => captions.shape[0])];
        Tensor[] conditional = discriminator.Conditional(
            cat([features, .. wrong.Select(captions => features.narrow(0, 0, captions.shape[0]))]),
            cat([sentence, sentence, .. wrong]),
            sizes).split(sizes);
        Tensor conditionalReal = Real(conditional[0]);
        Tensor conditionalFake = Fake(conditional[1]);
        Tensor[] wrongPairs = [.. conditional[2..].Select(Fake)];
        wrongPairs[0] = wrongPairs[0] * _world.Weight(mismatched);
        Tensor wrongPair = stack(wrongPairs).mean();
        if (!discriminator.Unconditional)
        {
            return (conditionalReal + (conditionalFake + wrongPair) / 2).MoveToOuterDisposeScope();
        }

        Tensor unconditional = discriminator.UnconditionalLogits(features);
        Tensor unconditionalReal = Real(unconditional.narrow(0, 0, batch));
        Tensor unconditionalFake = Fake(unconditional.narrow(0, batch, batch));
        return ((unconditionalReal + conditionalReal) / 2 + (unconditionalFake + conditionalFake + wrongPair) / 3)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Returns the loss of fake images that the discriminator should take for real, with and without their captions.</summary>
    /// <param name="discriminator">The stage's discriminator.</param>
    /// <param name="fake">(B, 3, S, S), attached to the generator.</param>
    /// <param name="sentence">E: (B, D).</param>
    /// <returns>A scalar, to be minimized by the generator.</returns>
    public Tensor ForGenerator(Discriminator discriminator, Tensor fake, Tensor sentence)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor features = discriminator.forward(fake);
        Tensor loss = TakenForReal(discriminator.Conditional(features, sentence));
        if (discriminator.Unconditional)
        {
            loss = loss + TakenForReal(discriminator.UnconditionalLogits(features));
        }

        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Returns the R1 penalty, the mean squared norm of the gradient of the logits at real images, as a differentiable scalar
    /// (Mescheder et al., 2018, equation 9 without its factor).
    /// </summary>
    /// <param name="discriminator">The stage's discriminator.</param>
    /// <param name="real">(B, 3, S, S).</param>
    /// <param name="sentence">E: (B, D).</param>
    public static Tensor R1Penalty(Discriminator discriminator, Tensor real, Tensor sentence)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = real.detach().requires_grad_();
        Tensor features = discriminator.forward(images);
        Tensor logits = discriminator.Conditional(features, sentence);
        if (discriminator.Unconditional)
        {
            logits = logits + discriminator.UnconditionalLogits(features);
        }

        Tensor gradient = autograd.grad([logits.sum()], [images], retain_graph: true, create_graph: true)[0];
        return gradient.square().sum([1, 2, 3]).mean().MoveToOuterDisposeScope();
    }

    private Tensor Real(Tensor logits) => kind switch
    {
        AdversarialLossKind.Hinge => functional.relu(1 - logits).mean(),
        _ => functional.softplus(-logits).mean(), // binary cross entropy with target 1
    };

    private Tensor Fake(Tensor logits) => kind switch
    {
        AdversarialLossKind.Hinge => functional.relu(1 + logits).mean(),
        _ => functional.softplus(logits).mean(), // binary cross entropy with target 0
    };

    private Tensor TakenForReal(Tensor logits) => kind switch
    {
        AdversarialLossKind.Hinge => -logits.mean(),
        _ => functional.softplus(-logits).mean(),
    };
}
