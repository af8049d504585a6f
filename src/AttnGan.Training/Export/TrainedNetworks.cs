using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Encoders;
using AttnGan.Training.Generator;
using static TorchSharp.torch;

namespace AttnGan.Training.Export;

/// <summary>The networks of a model in evaluation mode, with their configuration and vocabulary.</summary>
internal sealed class TrainedNetworks : IDisposable
{
    public TrainedNetworks(AttnGanConfig config, Vocabulary vocabulary, TextEncoder textEncoder, AttentionalGenerator generator)
    {
        Config = config;
        Vocabulary = vocabulary;
        TextEncoder = textEncoder;
        Generator = generator;
        textEncoder.eval();
        generator.eval();
    }

    public AttnGanConfig Config { get; }

    public Vocabulary Vocabulary { get; }

    public TextEncoder TextEncoder { get; }

    public AttentionalGenerator Generator { get; }

    /// <summary>Loads a model's networks. Must not be called within a dispose scope, which would dispose them.</summary>
    /// <exception cref="AttnGanException">The file is damaged, or its weights do not match its configuration.</exception>
    public static TrainedNetworks Load(ModelFile model)
    {
        AttnGanConfig config = model.Config;
        var vocabulary = new Vocabulary(model.Vocabulary);
        var networks = new TrainedNetworks(
            config,
            vocabulary,
            new TextEncoder(config.TextEncoder, vocabulary.Count),
            new AttentionalGenerator(config.Generator, config.TextEncoder.Embedding, config.Compat));
        try
        {
            LoadWeights(networks.TextEncoder, model.LoadTextEncoder(), model.Path);
            LoadWeights(networks.Generator, model.LoadGenerator(), model.Path);
            return networks;
        }
        catch
        {
            networks.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        TextEncoder.Dispose();
        Generator.Dispose();
    }

    private static void LoadWeights(nn.Module network, IReadOnlyDictionary<string, Tensor> weights, string source)
    {
        try
        {
            ModuleState.Load(network, weights, source);
        }
        finally
        {
            foreach (Tensor tensor in weights.Values)
            {
                tensor.Dispose();
            }
        }
    }
}
