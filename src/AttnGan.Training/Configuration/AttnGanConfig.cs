namespace AttnGan.Training.Configuration;

/// <summary>
/// Everything that decides how a model is built and trained. Defaults are the values of the paper's bird model
/// (Xu et al., CVPR 2018, and its published code).
/// </summary>
/// <remarks>Read from YAML by <see cref="ConfigReader"/>; keys there are these names in snake_case.</remarks>
public sealed record AttnGanConfig
{
    /// <summary>A name for the run, written into checkpoints and the model's card.</summary>
    public string Name { get; init; } = "attngan";

    /// <summary>Seed of a training's random choices: initial weights, shuffling, crops, captions, noise.</summary>
    public long Seed { get; init; } = 100;

    /// <summary>How images and captions are read.</summary>
    public DataConfig Data { get; init; } = new();

    /// <summary>The network that reads captions.</summary>
    public TextEncoderConfig TextEncoder { get; init; } = new();

    /// <summary>The network that compares images with captions.</summary>
    public ImageEncoderConfig ImageEncoder { get; init; } = new();

    /// <summary>Training of both encoders.</summary>
    public DamsmConfig Damsm { get; init; } = new();

    /// <summary>The network that draws.</summary>
    public GeneratorConfig Generator { get; init; } = new();

    /// <summary>The networks that judge, one an image size.</summary>
    public DiscriminatorConfig Discriminator { get; init; } = new();

    /// <summary>Training of generator and discriminators.</summary>
    public GanConfig Gan { get; init; } = new();

    /// <summary>How often a run logs, draws and saves.</summary>
    public LoggingConfig Logging { get; init; } = new();

    /// <summary>Defects of the published code, for comparisons.</summary>
    public CompatibilityConfig Compat { get; init; } = new();
}
