namespace AttnGan.Generation;

/// <summary>How images are drawn.</summary>
public sealed record GenerationOptions
{
    /// <summary>
    /// Fixes all chance of a single image; requests bring seeds of their own. Null chooses one, which
    /// <see cref="GeneratedImage.Seed"/> tells.
    /// </summary>
    public long? Seed { get; init; }

    /// <summary>
    /// The noise is drawn from a normal distribution cut off at this distance from 0 on both sides, in (0, infinity]: less than about 1
    /// gives more typical and less varied images. Infinity, as in the paper, cuts nothing off.
    /// </summary>
    public double Truncation { get; init; } = double.PositiveInfinity;

    /// <summary>
    /// The side in pixels of the image that is wanted: one of <see cref="TextToImagePipeline.StageSizes"/>. Later stages are not drawn,
    /// which takes a fraction of the time. Null for the last stage.
    /// </summary>
    public int? Size { get; init; }

    /// <summary>Whether <see cref="GeneratedImage.Stages"/> holds the images of earlier stages too.</summary>
    public bool AllStages { get; init; }

    /// <summary>Whether <see cref="GeneratedImage.Attention"/> is filled.</summary>
    public bool Attention { get; init; }
}
