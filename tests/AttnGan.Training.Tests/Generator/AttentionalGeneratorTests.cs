using AttnGan.Training.Configuration;
using AttnGan.Training.Encoders;
using AttnGan.Training.Generator;
using AttnGan.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Generator;

[WithoutCollections]
public sealed class AttentionalGeneratorTests
{
    private static readonly GeneratorConfig Small = new() { Width = 4, Noise = 10, Condition = 8, ResidualBlocks = 2 };

    [Theory]
    [InlineData("eval", "official_mask")]
    [InlineData("eval", "correct_mask")]
    [InlineData("train", "official_mask")]
    [InlineData("train", "correct_mask")]
    public void Images_attention_and_statistics_equal_those_of_the_official_network(string mode, string mask)
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new ReferenceValues("generator");
        using AttentionalGenerator network = Load(Small, reference, mask);
        network.train(mode == "train");

        GeneratorOutput output = network.forward(Input(reference));

        // All agree within 1e-5 in double precision; batch statistics summed in single precision in another layout lose a digit.
        double tolerance = mode == "train" ? 3e-4 : 1e-4;
        string run = $"out.{mode}.{mask}.";
        reference.AssertClose(run + "mu", output.Mu);
        reference.AssertClose(run + "logvar", output.LogVariance);
        reference.AssertClose(run + "img64", output.Images[0]);
        foreach ((int stage, int size) in new[] { (0, 64), (1, 128), (2, 256) })
        {
            reference.AssertStatistics($"{run}img{size}.stats", output.Images[stage]);
            if (stage > 0)
            {
                reference.AssertClose($"{run}img{size}.s8", ReferenceValues.Every(8, output.Images[stage]), tolerance);
                reference.AssertClose($"{run}att{stage}.s8", ReferenceValues.Every(8, output.Attention[stage - 1]), tolerance);
            }
        }

        if (mode == "train")
        {
            reference.AssertBuffers(network, run + "after.");
        }
    }

    [Fact]
    public void Gradients_equal_those_of_the_official_network()
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new ReferenceValues("generator");
        using AttentionalGenerator network = Load(Small, reference, "correct_mask");
        network.train();
        Tensor words = reference["in.words_emb"].requires_grad_();
        Tensor sentence = reference["in.sent_emb"].requires_grad_();

        GeneratorOutput output = network.forward(Input(reference, words, sentence));
        Tensor scalar = KlLoss.Compute(output.Mu, output.LogVariance);
        foreach (Tensor image in output.Images)
        {
            scalar = scalar + (image * ReferenceValues.FormulaImage(3, (int)image.shape[^1], 0.25)).mean() * 1000;
        }

        scalar.backward();

        reference.AssertClose("out.train.correct_mask.scalar", scalar);
        reference.AssertCloseInNorm("grad.words_emb", words.grad);
        reference.AssertCloseInNorm("grad.sent_emb", sentence.grad);

        // The next BatchNorm nearly cancels the last shift of a residual block: its gradient is a small difference of large numbers.
        reference.AssertGradients(network, "grad.", name => name.EndsWith(".block.4.bias", StringComparison.Ordinal) ? 1e-2 : 1e-3);
    }

    [Theory]
    [InlineData(0, "official_mask")]
    [InlineData(0, "correct_mask")]
    [InlineData(2, "official_mask")]
    [InlineData(2, "correct_mask")]
    public void AttnDCGAN_images_equal_those_of_the_official_network(int residualBlocks, string mask)
    {
        using DisposeScope scope = NewDisposeScope();
        using var reference = new ReferenceValues($"generator_dcgan_r{residualBlocks}");
        GeneratorConfig config = Small with { Architecture = GeneratorArchitecture.AttnDcgan, ResidualBlocks = residualBlocks };
        using AttentionalGenerator network = Load(config, reference, mask);
        network.eval();

        GeneratorOutput output = network.forward(Input(reference));

        string run = $"out.eval.{mask}.";
        Tensor image = Assert.Single(output.Images);
        reference.AssertStatistics(run + "img256.stats", image);
        reference.AssertClose(run + "img256.s8", ReferenceValues.Every(8, image));
        reference.AssertClose(run + "att1.s8", ReferenceValues.Every(8, output.Attention[0]));
        reference.AssertClose(run + "att2.s8", ReferenceValues.Every(8, output.Attention[1]));
        reference.AssertClose(run + "mu", output.Mu);
        reference.AssertClose(run + "logvar", output.LogVariance);
    }

    private static AttentionalGenerator Load(GeneratorConfig config, ReferenceValues reference, string mask)
    {
        var network = new AttentionalGenerator(config, embedding: 16, new() { MisalignedAttentionMask = mask == "official_mask" });
        reference.LoadInto(network);
        return network;
    }

    private static GeneratorInput Input(ReferenceValues reference, Tensor? words = null, Tensor? sentence = null) => new(
        new TextFeatures(words ?? reference["in.words_emb"], sentence ?? reference["in.sent_emb"], reference["in.mask"]),
        reference["in.noise"],
        reference["in.ca_eps"]);
}
