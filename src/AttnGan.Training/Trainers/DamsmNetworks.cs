using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Distributed;
using AttnGan.Training.Encoders;
using AttnGan.Training.Formats;
using AttnGan.Training.Optimizers;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>The encoders of DAMSM training with their optimizers: everything that its checkpoints store.</summary>
internal sealed class DamsmNetworks : IDisposable
{
    private const string TextEncoderPrefix = "text_encoder.";
    private const string ImageEncoderPrefix = "image_encoder.";

    private readonly AttnGanConfig _config;

    /// <summary>Builds the networks on the CPU, then moves them to the device.</summary>
    /// <param name="config">The run's configuration.</param>
    /// <param name="vocabularySize">Number of words.</param>
    /// <param name="device">The device to train on.</param>
    /// <param name="world">The ranks that train; null for one process.</param>
    /// <exception cref="AttnGanException">The weights of a pre-trained trunk are missing or do not fit.</exception>
    public DamsmNetworks(AttnGanConfig config, int vocabularySize, Device device, World? world = null)
    {
        _config = config;
        Seeds.Begin(config.Seed, SeedPurpose.DamsmWeights);
        TextEncoder = new TextEncoder(config.TextEncoder, vocabularySize);
        ImageEncoder = new ImageEncoder(config.ImageEncoder, config.TextEncoder.Embedding)
        {
            FeatureDType = config.Damsm.Precision.FeatureDType(),
        };
        ImageEncoder.LoadPretrainedTrunk();
        TextEncoder.to(device);
        ImageEncoder.to(device);
        world ??= World.Alone;
        TextEncoder.Join(world);
        ImageEncoder.Join(world);
        TextOptimizer = Adam(TextEncoder);
        ImageOptimizer = Adam(ImageEncoder);
        Gradients = new GradientAverage(world, TextEncoder.parameters().Concat(ImageEncoder.parameters()));
    }

    public TextEncoder TextEncoder { get; }

    public NamedAdam TextOptimizer { get; }

    public ImageEncoder ImageEncoder { get; }

    public NamedAdam ImageOptimizer { get; }

    /// <summary>Averages the gradients of both encoders over ranks.</summary>
    public GradientAverage Gradients { get; }

    /// <summary>Number of trained parameters of each network.</summary>
    public IReadOnlyList<NetworkSize> Sizes => [NetworkSize.Of("text encoder", TextEncoder), NetworkSize.Of("image encoder", ImageEncoder)];

    /// <summary>Computes the image features of a batch, from kept features of the trunk if there are any.</summary>
    public ImageFeatures Encode(BatchTensors tensors, CaptionedBatch batch, TrunkFeatureCache? kept) =>
        kept is null ? ImageEncoder.forward(tensors.Images[0]) : ImageEncoder.Embed(kept.Features(batch.Views));

    /// <summary>Puts both encoders into training mode. A frozen trunk stays in evaluation mode, except in the official code.</summary>
    public void SetTrainingMode()
    {
        TextEncoder.train();
        ImageEncoder.train();
        if (_config.Compat.DamsmOptimizerPerEpoch)
        {
            ImageEncoder.TrainFrozenStatistics();
        }
    }

    /// <summary>Puts both encoders into evaluation mode.</summary>
    public void SetEvaluationMode()
    {
        TextEncoder.eval();
        ImageEncoder.eval();
    }

    /// <summary>Weights, buffers and optimizer states by name; the networks' own tensors, not copies.</summary>
    public IReadOnlyDictionary<string, Tensor> State() => ModuleState.Collect(TextEncoder, TextEncoderPrefix)
        .Concat(ModuleState.Collect(ImageEncoder, ImageEncoderPrefix))
        .Concat(TextOptimizer.State(NamedAdam.StatePrefix + TextEncoderPrefix))
        .Concat(ImageOptimizer.State(NamedAdam.StatePrefix + ImageEncoderPrefix))
        .ToDictionary();

    /// <summary>Loads a state that <see cref="State"/> returned.</summary>
    /// <param name="tensors">The state.</param>
    /// <param name="source">The file that it comes from, for messages.</param>
    /// <exception cref="CheckpointException">It does not fit the configuration.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> tensors, string source)
    {
        ModuleState.Load(TextEncoder, tensors, source, TextEncoderPrefix);
        ModuleState.Load(ImageEncoder, tensors, source, ImageEncoderPrefix);
        TextOptimizer.Restore(tensors, NamedAdam.StatePrefix + TextEncoderPrefix, source);
        ImageOptimizer.Restore(tensors, NamedAdam.StatePrefix + ImageEncoderPrefix, source);
    }

    public void Dispose()
    {
        TextOptimizer.Dispose();
        ImageOptimizer.Dispose();
        TextEncoder.Dispose();
        ImageEncoder.Dispose();
    }

    private NamedAdam Adam(nn.Module network) => new(network, _config.Damsm.LearningRate, beta1: 0.5, beta2: 0.999);
}
