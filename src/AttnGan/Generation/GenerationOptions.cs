using System.Globalization;

namespace AttnGan.Generation;

/// <summary>Options of image generation.</summary>
public sealed record GenerationOptions
{
    /// <summary>
    /// The seed of a single image; requests specify their own seeds. Null chooses a random one, which <see cref="GeneratedImage.Seed"/>
    /// returns.
    /// </summary>
    public long? Seed { get; init; }

    /// <summary>
    /// The largest magnitude of noise values, greater than 0: they are sampled from a normal distribution truncated to
    /// [-Truncation, Truncation]. Values below about 1 give more typical and less varied images. Null or infinity, as in the paper:
    /// no truncation.
    /// </summary>
    public double? Truncation
    {
        get;
        init => field = FiniteTruncation(value);
    }

    /// <summary>
    /// The side of the image in pixels, one of <see cref="TextToImagePipeline.StageSizes"/>. Later stages are not computed, which takes
    /// a fraction of the time. Null for the size of the last stage.
    /// </summary>
    public int? Size { get; init; }

    /// <summary>
    /// The style of the images, one of <see cref="TextToImagePipeline.Styles"/>. Null for the one that the seed chooses, or if the model
    /// has no styles.
    /// </summary>
    public string? Style { get; init; }

    /// <summary>True to return the images of earlier stages too, in <see cref="GeneratedImage.Stages"/>.</summary>
    public bool AllStages { get; init; }

    /// <summary>True to return attention maps, in <see cref="GeneratedImage.Attention"/>.</summary>
    public bool Attention { get; init; }

    /// <summary>
    /// True to use only words of the model's vocabulary. By default, other words are read as known ones where the model says so, such as
    /// "puppy" as "dog"; <see cref="Text.EncodedCaption.Readings"/> of the image's caption lists them.
    /// </summary>
    public bool StrictWords { get; init; }

    /// <summary>Checks the options against a model. All problems are reported together.</summary>
    /// <param name="stageSizes">The sizes that the model generates in pixels: <see cref="TextToImagePipeline.StageSizes"/>.</param>
    /// <param name="styles">The styles of the model: <see cref="TextToImagePipeline.Styles"/>.</param>
    /// <exception cref="AttnGanException">
    /// The truncation is not greater than 0, or the model has no stage of the size or not the style.
    /// </exception>
    public void Validate(IReadOnlyList<int> stageSizes, IReadOnlyList<string> styles)
    {
        ArgumentNullException.ThrowIfNull(stageSizes);
        ArgumentNullException.ThrowIfNull(styles);
        string message = string.Join(' ', Problems(stageSizes, styles).Select(problem => problem.Message));
        if (message.Length > 0)
        {
            throw new AttnGanException(message);
        }
    }

    /// <summary>Returns the options that are out of range, for callers that report them by name.</summary>
    /// <param name="stageSizes">The sizes that the model generates; null to skip the size, as long as the model is not known.</param>
    /// <param name="styles">The styles of the model; null to skip the style, as long as the model is not known.</param>
    internal IEnumerable<OptionProblem> Problems(IReadOnlyList<int>? stageSizes, IReadOnlyList<string>? styles)
    {
        if (Truncation is { } truncation && !(truncation > 0))
        {
            yield return new OptionProblem(
                nameof(Truncation),
                string.Create(CultureInfo.InvariantCulture, $"The truncation is {truncation}; it must be greater than 0, such as 0.8."));
        }

        if (Size is { } size && stageSizes?.Contains(size) == false)
        {
            yield return new OptionProblem(
                nameof(Size), $"The model generates no images of {size} pixels; use one of {string.Join(", ", stageSizes)}.");
        }

        if (Style is { } style && styles?.Contains(style, StringComparer.Ordinal) == false)
        {
            yield return new OptionProblem(
                nameof(Style),
                styles.Count == 0
                    ? $"The style '{style}' was given, but the model has no styles; leave it out."
                    : $"The model has no style '{style}'; use one of {string.Join(", ", styles)}.");
        }
    }

    /// <summary>Returns the truncation, with null in place of infinity: both mean none.</summary>
    internal static double? FiniteTruncation(double? truncation) => truncation is double.PositiveInfinity ? null : truncation;
}
