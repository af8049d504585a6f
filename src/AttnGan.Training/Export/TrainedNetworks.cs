using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Encoders;
using AttnGan.Training.Formats;
using AttnGan.Training.Generator;

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
        using TensorDictionary textEncoder = model.LoadTextEncoder();
        using TensorDictionary generator = model.LoadGenerator();
        return Create(model.Config, new Vocabulary(model.Vocabulary), networks =>
        {
            ModuleState.Load(networks.TextEncoder, textEncoder, model.Path);
            ModuleState.Load(networks.Generator, generator, model.Path);
        });
    }

    /// <summary>Copies networks to the CPU. Must not be called within a dispose scope, which would dispose the copies.</summary>
    /// <exception cref="CheckpointException">Their weights do not match the configuration or the vocabulary.</exception>
    public static TrainedNetworks CopyOf(
        AttnGanConfig config, Vocabulary vocabulary, TextEncoder textEncoder, AttentionalGenerator generator) =>
        Create(config, vocabulary, networks =>
        {
            ModuleState.Load(networks.TextEncoder, ModuleState.Collect(textEncoder), nameof(TextEncoder));
            ModuleState.Load(networks.Generator, ModuleState.Collect(generator), nameof(Generator));
        });

    public void Dispose()
    {
        TextEncoder.Dispose();
        Generator.Dispose();
    }

    private static TrainedNetworks Create(AttnGanConfig config, Vocabulary vocabulary, Action<TrainedNetworks> load)
    {
        var networks = new TrainedNetworks(
            config,
            vocabulary,
            new TextEncoder(config.TextEncoder, vocabulary.Count),
            new AttentionalGenerator(config.Generator, config.TextEncoder.Embedding, config.Compat));
        try
        {
            load(networks);
            return networks;
        }
        catch
        {
            networks.Dispose();
            throw;
        }
    }
}
