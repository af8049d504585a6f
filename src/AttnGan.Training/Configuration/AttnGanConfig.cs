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

    /// <summary>Seed of every random choice: initial weights, shuffling, crops, captions, noise.</summary>
    public long Seed { get; init; } = 100;

    public DataConfig Data { get; init; } = new();

    public TextEncoderConfig TextEncoder { get; init; } = new();

    public ImageEncoderConfig ImageEncoder { get; init; } = new();

    public DamsmConfig Damsm { get; init; } = new();

    public GeneratorConfig Generator { get; init; } = new();

    public DiscriminatorConfig Discriminator { get; init; } = new();

    public GanConfig Gan { get; init; } = new();

    public LoggingConfig Logging { get; init; } = new();

    public CompatibilityConfig Compat { get; init; } = new();
}
