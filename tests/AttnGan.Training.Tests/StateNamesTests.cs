using System.Text.Json;
using AttnGan.Models;
using AttnGan.Training.Configuration;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Encoders;
using AttnGan.Training.Generator;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests;

/// <summary>Names and shapes of the full-size networks equal those of the official code, so that published weights fit.</summary>
[WithoutCollections]
public sealed class StateNamesTests
{
    private static readonly Dictionary<string, Dictionary<string, long[]>> Official =
        JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, long[]>>>(
            File.ReadAllText(ReferenceValues.PathOf("state_dict_keys.json")))!;

    public static TheoryData<string> Networks => [.. Official.Keys];

    [Theory]
    [MemberData(nameof(Networks))]
    public void A_full_size_network_has_the_official_names_and_shapes(string name)
    {
        using nn.Module network = Build(name);

        string[] actual = [.. network.state_dict().Select(entry => Line(entry.Key, entry.Value.shape)).Order(StringComparer.Ordinal)];

        IEnumerable<string> expected = Official[name].Select(entry => Line(entry.Key, entry.Value));
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual);
    }

    private static nn.Module Build(string name)
    {
        bool bird = !name.StartsWith("coco", StringComparison.Ordinal);
        GeneratorConfig generator = bird ? new() : new() { Width = 48, ResidualBlocks = 3 };
        DiscriminatorConfig discriminator = new() { Width = bird ? 64 : 96 };
        GeneratorConfig dcgan = generator with { Architecture = GeneratorArchitecture.AttnDcgan };
        return name[(name.IndexOf('/', StringComparison.Ordinal) + 1)..] switch
        {
            "G_NET" => new AttentionalGenerator(generator, 256, new()),
            "G_DCGAN_R0" => new AttentionalGenerator(dcgan with { ResidualBlocks = 0 }, 256, new()),
            "G_DCGAN_R2" => new AttentionalGenerator(dcgan, 256, new()),
            "D_NET64" => new Discriminator(64, discriminator, 256),
            "D_NET128" => new Discriminator(128, discriminator, 256),
            "D_NET256" => new Discriminator(256, discriminator, 256),
            "D_NET256_nojcu" => new Discriminator(256, discriminator with { Unconditional = false }, 256),
            "RNN_ENCODER_LSTM_5450" => new TextEncoder(new(), 5450),
            "RNN_ENCODER_LSTM_27297" => new TextEncoder(new(), 27297),
            "RNN_ENCODER_GRU_5450" => new TextEncoder(new() { Rnn = RnnKind.Gru }, 5450),
            "CNN_ENCODER_256" => new ImageEncoder(new(), 256),
            var other => throw new InvalidOperationException(other),
        };
    }

    private static string Line(string name, IEnumerable<long> shape) => $"{name} ({string.Join(", ", shape)})";
}
