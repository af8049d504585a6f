namespace AttnGan.Training.Configuration;

/// <summary>
/// The complete configuration of a model and its training. Defaults are the values of the paper's bird model (Xu et al., CVPR 2018, and
/// its official code).
/// </summary>
/// <remarks><see cref="ConfigReader"/> reads it from YAML, where the keys are these names in snake_case.</remarks>
public sealed record AttnGanConfig
{
    /// <summary>The name of the run, which is written to checkpoints and the model card.</summary>
    public string Name { get; init; } = "attngan";

    /// <summary>Seed of the training: initial weights, shuffling, crops, captions, noise.</summary>
    public long Seed { get; init; } = 100;

    /// <summary>Reading of images and captions.</summary>
    public DataConfig Data { get; init; } = new();

    /// <summary>The text encoder.</summary>
    public TextEncoderConfig TextEncoder { get; init; } = new();

    /// <summary>The image encoder.</summary>
    public ImageEncoderConfig ImageEncoder { get; init; } = new();

    /// <summary>The DAMSM: training of both encoders.</summary>
    public DamsmConfig Damsm { get; init; } = new();

    /// <summary>The generator.</summary>
    public GeneratorConfig Generator { get; init; } = new();

    /// <summary>The discriminators, one per image size.</summary>
    public DiscriminatorConfig Discriminator { get; init; } = new();

    /// <summary>Training of generator and discriminators.</summary>
    public GanConfig Gan { get; init; } = new();

    /// <summary>True if a network learns from the bundled ResNet-18, which must then not measure it.</summary>
    internal bool TrainsWithResNet =>
        ImageEncoder.Trunk == TrunkKind.Resnet18 || Gan.ResnetMatchingWeight > 0 ||
        Discriminator.Features == DiscriminatorFeatures.Resnet18;

    /// <summary>Intervals of logging, sampling and saving.</summary>
    public LoggingConfig Logging { get; init; } = new();

    /// <summary>Defects of the official code, for comparisons.</summary>
    public CompatibilityConfig Compat { get; init; } = new();
}
