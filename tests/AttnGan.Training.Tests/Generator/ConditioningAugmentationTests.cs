using AttnGan.Training.Generator;
using AttnGan.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Generator;

[WithoutCollections]
public sealed class ConditioningAugmentationTests
{
    [Fact]
    public void Code_divergence_and_gradients_equal_the_official_ones()
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new ReferenceValues("conditioning_augmentation");
        using var network = new ConditioningAugmentation(embedding: 16, condition: 8);
        reference.LoadInto(network);
        Tensor sentence = reference["in.sent_emb"].requires_grad_();

        Conditioning conditioning = network.forward(sentence, reference["in.eps"]);
        Tensor kl = KlLoss.Compute(conditioning.Mu, conditioning.LogVariance);
        ((conditioning.Code * reference["in.R"]).sum() + kl).backward();

        reference.AssertClose("out.c_code", conditioning.Code);
        reference.AssertClose("out.mu", conditioning.Mu);
        reference.AssertClose("out.logvar", conditioning.LogVariance);
        reference.AssertClose("out.kl_loss", kl);
        reference.AssertCloseInNorm("grad.sent_emb", sentence.grad);
        reference.AssertGradients(network, "grad.");
    }
}
