using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Export;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Export;

/// <summary>Small networks with random weights, including the statistics and scales of batch normalization.</summary>
internal static class RandomNetworks
{
    public static readonly AttnGanConfig Config = new()
    {
        Name = "random",
        Data = new() { MaxWords = 7, Tokenizer = TokenizerMode.Official },
        TextEncoder = new() { WordEmbedding = 10, Embedding = 12 },
        Generator = new() { BaseSize = 16, Stages = 3, Width = 8, ResidualBlocks = 1, Noise = 6, Condition = 5 },
    };

    /// <summary>Creates networks; the caller disposes them. Must not be called within a dispose scope.</summary>
    public static TrainedNetworks Create(AttnGanConfig config, int seed = 1)
    {
        manual_seed(seed);
        var vocabulary = new Vocabulary([Vocabulary.End, .. Enumerable.Range(1, 20).Select(i => $"word{i}")]);
        var networks = new TrainedNetworks(
            config,
            vocabulary,
            new(config.TextEncoder, vocabulary.Count),
            new(config.Generator, config.TextEncoder.Embedding, config.Compat));
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradientsOff = no_grad();
        foreach (BatchNorm norm in networks.Generator.modules().OfType<BatchNorm>())
        {
            norm.weight!.normal_(1, 0.5);
            norm.bias!.normal_(0, 0.5);
            norm.running_mean!.normal_(0, 0.3);
            norm.running_var!.uniform_(0.3, 3);
        }

        // Initial weights result in gray images and uniform attention, which would hide errors.
        foreach (Parameter weight in networks.Generator.parameters()
            .Concat(networks.TextEncoder.parameters())
            .Where(weight => weight.dim() >= 2))
        {
            weight.normal_(0, 1.2 / Math.Sqrt(weight.NumberOfElements / weight.shape[0]));
        }

        networks.TextEncoder.get_parameter("encoder.weight")!.normal_();
        return networks;
    }
}
