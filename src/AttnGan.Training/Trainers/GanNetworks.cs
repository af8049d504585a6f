using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Discriminators;
using AttnGan.Training.Distributed;
using AttnGan.Training.Encoders;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Export;
using AttnGan.Training.Formats;
using AttnGan.Training.Generator;
using AttnGan.Training.Layers;
using AttnGan.Training.Optimizers;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Trainers;

/// <summary>
/// The networks of GAN training with their optimizers: everything that its checkpoints store. The encoders come from DAMSM training and
/// are frozen; the generator may train a text encoder of its own, which begins as a copy.
/// </summary>
internal sealed class GanNetworks : IDisposable
{
    private const string GeneratorPrefix = "generator.";
    private const string AveragedGeneratorPrefix = "averaged_generator.";
    private const string TextEncoderPrefix = "text_encoder.";
    private const string GeneratorTextPrefix = "generator_text_encoder.";
    private const string NoiseEncoderPrefix = "noise_encoder.";
    private const string ImageEncoderPrefix = "image_encoder.";
    private const int MaxWhiteningCaptions = 20_000;

    private readonly AttnGanConfig _config;
    private readonly ResNet18Features? _frozen; // shared by the discriminators
    private readonly Device _device;
    private readonly MovingAverage _average;
    private readonly MovingAverage? _textAverage;

    /// <summary>Builds the networks on the CPU, then moves them to the device.</summary>
    /// <param name="config">The run's configuration.</param>
    /// <param name="vocabularySize">Number of words that the encoders were trained with.</param>
    /// <param name="damsm">A checkpoint with the encoders.</param>
    /// <param name="device">The device to train on.</param>
    /// <param name="world">The ranks that train; null for one process.</param>
    /// <exception cref="CheckpointException">The checkpoint does not fit the configuration.</exception>
    public GanNetworks(AttnGanConfig config, int vocabularySize, Checkpoint damsm, Device device, World? world = null)
    {
        _config = config;
        _device = device;
        ScalarType? featureDType = config.Gan.Precision.FeatureDType();
        TextEncoder = new TextEncoder(config.TextEncoder, vocabularySize);
        ImageEncoder = new ImageEncoder(config.ImageEncoder, config.TextEncoder.Embedding) { FeatureDType = featureDType };
        EncoderWeights.LoadFrozen(damsm, TextEncoder, ImageEncoder);
        if (config.Gan.TextEncoderLearningRate > 0)
        {
            // On its device before the optimizer takes its parameters, which a move replaces.
            GeneratorText = CopyOfTextEncoder(vocabularySize);
            GeneratorText.to(device);
            AveragedGeneratorText = CopyOfTextEncoder(vocabularySize);
            _textAverage = new MovingAverage(GeneratorText, AveragedGeneratorText, config.Gan.MovingAverage, averageBuffers: true);
            GeneratorTextOptimizer = Adam(GeneratorText, config.Gan.TextEncoderLearningRate);
        }
        else
        {
            AveragedGeneratorText = TextEncoder;
        }

        // The order decides which random numbers a network begins with.
        Seeds.Begin(config.Seed, SeedPurpose.GanWeights);
        Generator = Initialization.Apply(CreateGenerator(config, featureDType));
        AveragedGenerator = CreateGenerator(config);
        _frozen = LoadFrozen(config, device);
        Discriminator[] discriminators = [.. CreateDiscriminators(config, featureDType, _frozen).Select(Initialization.Apply)];
        if (config.Gan.NoiseInferenceWeight > 0)
        {
            NoiseEncoder = new NoiseEncoder(config.TextEncoder.Embedding, config.Generator.Noise);
            NoiseEncoder.to(device);
            NoiseOptimizer = Adam(NoiseEncoder, config.Gan.GeneratorLearningRate);
        }

        foreach (nn.Module network in
            (nn.Module[])[.. discriminators, TextEncoder, ImageEncoder, Generator, AveragedGenerator, AveragedGeneratorText])
        {
            network.to(device);
        }

        world ??= World.Alone;
        foreach (nn.Module? network in (nn.Module?[])[.. discriminators, Generator, GeneratorText, NoiseEncoder])
        {
            network?.Join(world);
        }

        foreach (nn.Module network in (nn.Module[])[AveragedGenerator, AveragedGeneratorText])
        {
            network.eval();
            network.SetTrainable(false);
        }

        _average = new MovingAverage(
            Generator, AveragedGenerator, config.Gan.MovingAverage, averageBuffers: !config.Compat.MovingAverageWithoutBuffers);
        _average.Reset();
        GeneratorOptimizer = Adam(Generator, config.Gan.GeneratorLearningRate);
        GeneratorGradients = new GradientAverage(
            world,
            new nn.Module?[] { Generator, GeneratorText, NoiseEncoder }.OfType<nn.Module>().SelectMany(network => network.parameters()),
            config.Gan.GradientPrecision);
        Stages = [.. discriminators.Select(network => CreateStage(network, world))];
    }

    /// <summary>The text encoder of the DAMSM.</summary>
    public TextEncoder TextEncoder { get; }

    public ImageEncoder ImageEncoder { get; }

    /// <summary>Infers noise from real images; null if all noise is random.</summary>
    public NoiseEncoder? NoiseEncoder { get; }

    public NamedAdam? NoiseOptimizer { get; }

    public AttentionalGenerator Generator { get; }

    public NamedAdam GeneratorOptimizer { get; }

    /// <summary>Averages the gradients of the generator, and of its text encoder and noise encoder.</summary>
    public GradientAverage GeneratorGradients { get; }

    /// <summary>The moving average of <see cref="Generator"/>, in evaluation mode.</summary>
    public AttentionalGenerator AveragedGenerator { get; }

    /// <summary>The text encoder that is trained with the generator; null if the generator reads captions with the DAMSM's.</summary>
    public TextEncoder? GeneratorText { get; }

    public NamedAdam? GeneratorTextOptimizer { get; }

    /// <summary>
    /// The text encoder of <see cref="AveragedGenerator"/>, in evaluation mode: the moving average of <see cref="GeneratorText"/>, or the
    /// DAMSM's.
    /// </summary>
    public TextEncoder AveragedGeneratorText { get; }

    /// <summary>The discriminators, smallest image size first.</summary>
    public IReadOnlyList<GanStage> Stages { get; }

    /// <summary>Number of stages that are trained at present.</summary>
    public int ActiveStages
    {
        get => Generator.ActiveStages;
        set => (Generator.ActiveStages, AveragedGenerator.ActiveStages) = (value, value);
    }

    /// <summary>True if not all stages are trained yet.</summary>
    public bool IsGrowing => ActiveStages < _config.Generator.Stages;

    /// <summary>
    /// Returns false for a stage whose images are smaller than those the DAMSM was trained on, while the generator is growing: they would
    /// fool it before they please it.
    /// </summary>
    /// <param name="stage">The number of the stage with the largest images, from 0.</param>
    public bool DamsmCanSee(int stage) => !IsGrowing || Stages[stage].ImageSize >= _config.ImageEncoder.ImageSize;

    /// <summary>Number of trained parameters of each network.</summary>
    public IReadOnlyList<NetworkSize> Sizes => SizesOf(Generator, Stages.Select(stage => stage.Discriminator));

    /// <summary>Number of trained parameters that the networks of a configuration would have.</summary>
    public static IReadOnlyList<NetworkSize> SizesFor(AttnGanConfig config)
    {
        using AttentionalGenerator generator = CreateGenerator(config);
        using ResNet18Features? frozen = LoadFrozen(config, CPU); // once, not for each discriminator
        Discriminator[] discriminators = [.. CreateDiscriminators(config, frozen: frozen)];
        IReadOnlyList<NetworkSize> sizes = SizesOf(generator, discriminators);
        Array.ForEach(discriminators, discriminator => discriminator.Dispose());
        return sizes;
    }

    /// <summary>
    /// Starts the generator with a whitened conditioning vector (<see cref="AttentionalGenerator.WhitenCondition"/>), computed from one
    /// caption of each training image, or of a subset that is large enough for means and covariances.
    /// </summary>
    public void WhitenCondition(IReadOnlyList<CaptionedImage> training, CaptionEncoder captions)
    {
        IReadOnlyList<CaptionedImage> images = Subset.Choose(training, MaxWhiteningCaptions);
        using DisposeScope scope = NewDisposeScope();
        using var encoders = new DamsmEncoders(TextEncoder, ImageEncoder, captions, _device);
        Generator.WhitenCondition(encoders.Sentences([.. images.Select((image, i) => image.Captions[i % image.Captions.Count])]));
        _average.Reset();
    }

    /// <summary>Updates the moving averages of the generator and its text encoder.</summary>
    public void UpdateAverages()
    {
        _average.Update();
        _textAverage?.Update();
    }

    /// <summary>Weights, buffers and optimizer states by name; the networks' own tensors, not copies.</summary>
    public IReadOnlyDictionary<string, Tensor> State()
    {
        IEnumerable<KeyValuePair<string, Tensor>> state = ModuleState.Collect(Generator, GeneratorPrefix)
            .Concat(ModuleState.Collect(AveragedGenerator, AveragedGeneratorPrefix))
            .Concat(ModuleState.Collect(TextEncoder, TextEncoderPrefix))
            .Concat(ModuleState.Collect(ImageEncoder, ImageEncoderPrefix))
            .Concat(GeneratorOptimizer.State(NamedAdam.StatePrefix + GeneratorPrefix));
        if (GeneratorText is not null)
        {
            state = state
                .Concat(ModuleState.Collect(GeneratorText, GeneratorTextPrefix))
                .Concat(ModuleState.Collect(AveragedGeneratorText, ModelFile.AveragedTextEncoderPrefix))
                .Concat(GeneratorTextOptimizer!.State(NamedAdam.StatePrefix + GeneratorTextPrefix));
        }

        if (NoiseEncoder is not null)
        {
            state = state
                .Concat(ModuleState.Collect(NoiseEncoder, NoiseEncoderPrefix))
                .Concat(NoiseOptimizer!.State(NamedAdam.StatePrefix + NoiseEncoderPrefix));
        }

        foreach (GanStage stage in Stages)
        {
            state = state
                .Concat(ModuleState.Collect(stage.Discriminator, stage.Prefix))
                .Concat(stage.Optimizer.State(NamedAdam.StatePrefix + stage.Prefix));
        }

        return state.ToDictionary();
    }

    /// <summary>Loads a state that <see cref="State"/> returned.</summary>
    /// <param name="tensors">The state.</param>
    /// <param name="source">The file that it comes from, for messages.</param>
    /// <exception cref="CheckpointException">It does not fit the configuration.</exception>
    public void Restore(IReadOnlyDictionary<string, Tensor> tensors, string source)
    {
        ModuleState.Load(Generator, tensors, source, GeneratorPrefix);
        ModuleState.Load(AveragedGenerator, tensors, source, AveragedGeneratorPrefix);
        ModuleState.Load(TextEncoder, tensors, source, TextEncoderPrefix);
        ModuleState.Load(ImageEncoder, tensors, source, ImageEncoderPrefix);
        GeneratorOptimizer.Restore(tensors, NamedAdam.StatePrefix + GeneratorPrefix, source);
        RestoreText(tensors, source);
        RestoreNoise(tensors, source);
        foreach (GanStage stage in Stages)
        {
            Restore(stage, tensors, source);
        }
    }

    /// <summary>
    /// Loads the generator, discriminators and optimizers of a GAN with fewer stages; the additional stages keep their initial weights. A
    /// stage costs four times as much as the one before, so the first ones learn fastest alone (progressive growing: Karras et al., 2018).
    /// </summary>
    /// <param name="smaller">A GAN checkpoint with the same encoders.</param>
    /// <exception cref="CheckpointException">It differs in more than the number of stages.</exception>
    public void Grow(Checkpoint smaller)
    {
        (GeneratorConfig small, GeneratorConfig large) = (smaller.Config.Generator, _config.Generator);
        if (small.Stages >= large.Stages || small with { Stages = large.Stages } != large)
        {
            throw new CheckpointException(
                $"The GAN of `{smaller.Path}` cannot be grown: it has {small.Stages} stages, this one has {large.Stages}; expected fewer " +
                "stages and the same value for all other settings of `generator`. Give `--set generator.stages=N` and no other " +
                "configuration.");
        }

        using TensorDictionary tensors = smaller.LoadTensors();
        ModuleState.Load(Generator, tensors, smaller.Path, GeneratorPrefix, partly: true);
        ModuleState.Load(AveragedGenerator, tensors, smaller.Path, AveragedGeneratorPrefix, partly: true);
        GeneratorOptimizer.Restore(tensors, NamedAdam.StatePrefix + GeneratorPrefix, smaller.Path, partly: true);
        if (smaller.Config.Gan.TextEncoderLearningRate > 0)
        {
            RestoreText(tensors, smaller.Path);
        }

        if (smaller.Config.Gan.NoiseInferenceWeight > 0)
        {
            RestoreNoise(tensors, smaller.Path);
        }

        foreach (GanStage stage in Stages.Where(stage => tensors.Keys.Any(name => name.StartsWith(stage.Prefix, StringComparison.Ordinal))))
        {
            Restore(stage, tensors, smaller.Path);
        }
    }

    public void Dispose()
    {
        GeneratorOptimizer.Dispose();
        GeneratorTextOptimizer?.Dispose();
        NoiseOptimizer?.Dispose();
        NoiseEncoder?.Dispose();
        if (GeneratorText is not null)
        {
            GeneratorText.Dispose();
            AveragedGeneratorText.Dispose();
        }

        foreach (GanStage stage in Stages)
        {
            stage.Optimizer.Dispose();
            stage.Discriminator.Dispose();
        }

        _frozen?.Dispose();
        Generator.Dispose();
        AveragedGenerator.Dispose();
        TextEncoder.Dispose();
        ImageEncoder.Dispose();
    }

    private static AttentionalGenerator CreateGenerator(AttnGanConfig config, ScalarType? featureDType = null) =>
        new(config.Generator, config.TextEncoder.Embedding, config.Compat) { FeatureDType = featureDType };

    private static ResNet18Features? LoadFrozen(AttnGanConfig config, Device device) =>
        config.Discriminator.Features == DiscriminatorFeatures.Resnet18 ? Discriminator.LoadFrozen(device) : null;

    private static IEnumerable<Discriminator> CreateDiscriminators(
        AttnGanConfig config, ScalarType? featureDType = null, ResNet18Features? frozen = null) =>
        config.Generator.ImageSizes.Select(size =>
            new Discriminator(size, config.Discriminator, config.TextEncoder.Embedding, frozen) { FeatureDType = featureDType });

    private static IReadOnlyList<NetworkSize> SizesOf(AttentionalGenerator generator, IEnumerable<Discriminator> discriminators) =>
    [
        NetworkSize.Of("generator", generator),
        .. discriminators.Select(network => NetworkSize.Of($"discriminator {network.ImageSize}", network)),
    ];

    private static void Restore(GanStage stage, IReadOnlyDictionary<string, Tensor> tensors, string source)
    {
        ModuleState.Load(stage.Discriminator, tensors, source, stage.Prefix);
        stage.Optimizer.Restore(tensors, NamedAdam.StatePrefix + stage.Prefix, source);
    }

    private TextEncoder CopyOfTextEncoder(int vocabularySize)
    {
        var copy = new TextEncoder(_config.TextEncoder, vocabularySize);
        ModuleState.Load(copy, ModuleState.Collect(TextEncoder), nameof(TextEncoder));
        return copy;
    }

    private void RestoreText(IReadOnlyDictionary<string, Tensor> tensors, string source)
    {
        if (GeneratorText is not null)
        {
            ModuleState.Load(GeneratorText, tensors, source, GeneratorTextPrefix);
            ModuleState.Load(AveragedGeneratorText, tensors, source, ModelFile.AveragedTextEncoderPrefix);
            GeneratorTextOptimizer!.Restore(tensors, NamedAdam.StatePrefix + GeneratorTextPrefix, source);
        }
    }

    private void RestoreNoise(IReadOnlyDictionary<string, Tensor> tensors, string source)
    {
        if (NoiseEncoder is not null)
        {
            ModuleState.Load(NoiseEncoder, tensors, source, NoiseEncoderPrefix);
            NoiseOptimizer!.Restore(tensors, NamedAdam.StatePrefix + NoiseEncoderPrefix, source);
        }
    }

    private GanStage CreateStage(Discriminator discriminator, World world)
    {
        discriminator.Gradients = new GradientAverage(world, discriminator.parameters(), _config.Gan.GradientPrecision);
        return new GanStage(discriminator, Adam(discriminator, _config.Gan.DiscriminatorLearningRate));
    }

    private NamedAdam Adam(nn.Module network, double learningRate) => new(network, learningRate, _config.Gan.Beta1, _config.Gan.Beta2);
}
