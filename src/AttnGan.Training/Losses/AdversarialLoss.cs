using AttnGan.Training.Configuration;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Distributed;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Losses;

/// <summary>The adversarial losses of one stage: conditional and unconditional, on logits (paper, equations 4 and 5).</summary>
/// <param name="kind">Binary cross entropy, hinge or relativistic.</param>
public sealed class AdversarialLoss(AdversarialLossKind kind)
{
    private readonly World _world = World.Alone;

    /// <param name="kind">Binary cross entropy, hinge or relativistic.</param>
    /// <param name="world">The ranks that share the global batch.</param>
    internal AdversarialLoss(AdversarialLossKind kind, World world)
        : this(kind) => _world = world;

    /// <summary>
    /// Returns (real + real with caption) / 2 + (fake + fake with caption + real with wrong caption) / 3, where the wrong caption of an
    /// image is that of the next image and, if foils are given, its foil as well (the mean of both). Without an unconditional head, returns
    /// real with caption + (fake with caption + real with wrong caption) / 2. The relativistic loss has no terms of real images; each other
    /// term compares a logit with that of a real image, with its caption or without.
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
        Tensor conditionalFake = Fake(conditional[1], conditional[0]);
        Tensor[] wrongPairs = [.. conditional[2..].Select(logits => Fake(logits, conditional[0].narrow(0, 0, logits.shape[0])))];
        wrongPairs[0] = wrongPairs[0] * _world.Weight(mismatched);
        Tensor wrongPair = stack(wrongPairs).mean();
        if (!discriminator.Unconditional)
        {
            return (conditionalReal + (conditionalFake + wrongPair) / 2).MoveToOuterDisposeScope();
        }

        Tensor unconditional = discriminator.UnconditionalLogits(features);
        Tensor unconditionalReal = Real(unconditional.narrow(0, 0, batch));
        Tensor unconditionalFake = Fake(unconditional.narrow(0, batch, batch), unconditional.narrow(0, 0, batch));
        return ((unconditionalReal + conditionalReal) / 2 + (unconditionalFake + conditionalFake + wrongPair) / 3)
            .MoveToOuterDisposeScope();
    }

    /// <summary>Returns the loss of fake images that the discriminator should take for real, with and without their captions.</summary>
    /// <param name="discriminator">The stage's discriminator.</param>
    /// <param name="fake">(B, 3, S, S), attached to the generator.</param>
    /// <param name="sentence">E: (B, D).</param>
    /// <param name="real">(B, 3, S, S): real images of the captions, which the relativistic loss compares with; others need none.</param>
    /// <returns>A scalar, to be minimized by the generator.</returns>
    /// <exception cref="ArgumentNullException">The loss is relativistic, and there are no real images.</exception>
    public Tensor ForGenerator(Discriminator discriminator, Tensor fake, Tensor sentence, Tensor? real = null)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor Conditional, Tensor? Unconditional) compared = default;
        if (kind == AdversarialLossKind.Relativistic)
        {
            ArgumentNullException.ThrowIfNull(real);
            using IDisposable noGradient = no_grad();
            compared = Logits(discriminator, real, sentence);
        }

        (Tensor conditional, Tensor? unconditional) = Logits(discriminator, fake, sentence);
        Tensor loss = TakenForReal(conditional, compared.Conditional);
        if (unconditional is not null)
        {
            loss = loss + TakenForReal(unconditional, compared.Unconditional);
        }

        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Returns the gradient penalty, the mean squared norm of the gradient of the logits at images, as a differentiable scalar: R1 at real
    /// images (Mescheder et al., 2018, equation 9 without its factor), R2 at generated ones.
    /// </summary>
    /// <param name="discriminator">The stage's discriminator.</param>
    /// <param name="images">(B, 3, S, S).</param>
    /// <param name="sentence">E: (B, D).</param>
    public static Tensor GradientPenalty(Discriminator discriminator, Tensor images, Tensor sentence)
    {
        using DisposeScope scope = NewDisposeScope();
        images = images.detach().requires_grad_();
        (Tensor logits, Tensor? unconditional) = Logits(discriminator, images, sentence);
        if (unconditional is not null)
        {
            logits = logits + unconditional;
        }

        Tensor gradient = autograd.grad([logits.sum()], [images], retain_graph: true, create_graph: true)[0];
        return gradient.square().sum([1, 2, 3]).mean().MoveToOuterDisposeScope();
    }

    /// <summary>Computes the logits (B) of images with their captions and, if the discriminator has that head, without.</summary>
    private static (Tensor Conditional, Tensor? Unconditional) Logits(Discriminator discriminator, Tensor images, Tensor sentence)
    {
        Tensor features = discriminator.forward(images);
        return (
            discriminator.Conditional(features, sentence),
            discriminator.Unconditional ? discriminator.UnconditionalLogits(features) : null);
    }

    private Tensor Real(Tensor logits) => kind switch
    {
        AdversarialLossKind.Hinge => functional.relu(1 - logits).mean(),
        AdversarialLossKind.Relativistic => zeros_like(logits).mean(),
        _ => functional.softplus(-logits).mean(), // binary cross entropy with target 1
    };

    /// <param name="logits">Of pairs that must be rejected.</param>
    /// <param name="real">Of real images, which the relativistic loss compares with.</param>
    private Tensor Fake(Tensor logits, Tensor real) => kind switch
    {
        AdversarialLossKind.Hinge => functional.relu(1 + logits).mean(),
        AdversarialLossKind.Relativistic => functional.softplus(logits - real).mean(),
        _ => functional.softplus(logits).mean(), // binary cross entropy with target 0
    };

    private Tensor TakenForReal(Tensor logits, Tensor? real) => kind switch
    {
        AdversarialLossKind.Hinge => -logits.mean(),
        AdversarialLossKind.Relativistic => functional.softplus(real! - logits).mean(),
        _ => functional.softplus(-logits).mean(),
    };
}
