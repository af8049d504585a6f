using System.Text.Json;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Encoders;
using AttnGan.Training.Formats.Safetensors;
using AttnGan.Training.Generator;
using AttnGan.Training.Layers;
using AttnGan.Training.Optimizers;
using AttnGan.Training.Runs;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Import;

/// <summary>Writes imported networks as checkpoints of a run that can be continued.</summary>
internal sealed class OfficialRunWriter(
    AttnGanConfig inferredConfig, Vocabulary vocabulary, TextEncoder textEncoder, ImageEncoder imageEncoder)
{
    private const string TrunkName = "image_encoder.safetensors";

    /// <summary>Writes the run.</summary>
    /// <param name="directory">The run folder.</param>
    /// <param name="generator">The generator; null for a run without a GAN.</param>
    /// <param name="discriminators">The imported discriminators; others are initialized at random.</param>
    public void Write(string directory, AttentionalGenerator? generator, IReadOnlyList<Discriminator> discriminators)
    {
        using DisposeScope scope = NewDisposeScope();
        using var run = RunDirectory.Open(directory);
        run.Damsm.Begin(resume: false);
        if (generator is not null)
        {
            run.Gan.Begin(resume: false);
        }

        // Further DAMSM training creates the networks and loads the frozen trunk's weights from this file.
        string trunk = Path.Combine(Path.GetFullPath(directory), TrunkName);
        AttnGanConfig config = inferredConfig with { ImageEncoder = inferredConfig.ImageEncoder with { Weights = trunk } };
        SafetensorsWriter.Write(
            trunk,
            ModuleState.Collect(imageEncoder).Where(entry => !entry.Key.StartsWith("emb_", StringComparison.Ordinal)).ToDictionary(),
            new Dictionary<string, string>());
        run.Describe(config, vocabulary.Words);
        WriteDamsm(run.Damsm, config);
        if (generator is not null)
        {
            WriteGan(run.Gan, config, generator, discriminators);
        }
    }

    private void WriteDamsm(RunPart part, AttnGanConfig config)
    {
        Dictionary<string, Tensor> state = [];
        AddWithOptimizer(state, "text_encoder.", textEncoder, config.Damsm.LearningRate, beta1: 0.5, beta2: 0.999);
        AddWithOptimizer(state, "image_encoder.", imageEncoder, config.Damsm.LearningRate, beta1: 0.5, beta2: 0.999);
        CheckpointState complete = State(config, config.Damsm.Epochs);
        var store = new CheckpointStore(part.Checkpoints, part.Kind, config.Logging.KeepCheckpoints);
        store.Save(complete, state);
        store.SaveAs("best", complete, state);
    }

    private void WriteGan(
        RunPart part, AttnGanConfig config, AttentionalGenerator generator, IReadOnlyList<Discriminator> discriminators)
    {
        GanConfig gan = config.Gan;
        Dictionary<string, Tensor> state = [];
        Add(state, ModuleState.Collect(generator, "averaged_generator."));
        Add(state, ModuleState.Collect(textEncoder, "text_encoder."));
        Add(state, ModuleState.Collect(imageEncoder, "image_encoder."));
        AddWithOptimizer(state, "generator.", generator, gan.GeneratorLearningRate, gan.Beta1, gan.Beta2);
        Seeds.Begin(config.Seed, SeedPurpose.GanWeights);
        foreach (int size in config.Generator.ImageSizes)
        {
            Discriminator network = discriminators.FirstOrDefault(network => network.ImageSize == size)
                ?? Initialization.Apply(new Discriminator(size, config.Discriminator, config.TextEncoder.Embedding));
            AddWithOptimizer(state, $"discriminator{size}.", network, gan.DiscriminatorLearningRate, gan.Beta1, gan.Beta2);
        }

        new CheckpointStore(part.Checkpoints, part.Kind, config.Logging.KeepCheckpoints).Save(State(config, epoch: 0), state);
    }

    private CheckpointState State(AttnGanConfig config, int epoch) => new()
    {
        Step = 0,
        Epoch = epoch,
        Batch = 0,
        Config = config,
        Vocabulary = vocabulary.Words,
        RunState = JsonElement.Parse("{}"),
    };

    private static void AddWithOptimizer(
        Dictionary<string, Tensor> state, string prefix, nn.Module network, double learningRate, double beta1, double beta2)
    {
        Add(state, ModuleState.Collect(network, prefix));
        using var optimizer = new NamedAdam(network, learningRate, beta1, beta2);
        foreach ((string name, Tensor moment) in optimizer.State(NamedAdam.StatePrefix + prefix))
        {
            state.Add(name, moment.clone());
        }
    }

    private static void Add(Dictionary<string, Tensor> state, IReadOnlyDictionary<string, Tensor> tensors)
    {
        foreach ((string name, Tensor tensor) in tensors)
        {
            state.Add(name, tensor);
        }
    }
}
