using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Evaluation.Reports;

/// <summary>
/// The results of an evaluation with all conditions that they depend on; two reports are comparable only under the same conditions.
/// Written as <c>report.json</c>. The paths of images are relative to it.
/// </summary>
internal sealed record EvaluationReport
{
    /// <summary>The current format. Incremented when readers of older formats would misinterpret newer files.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Format of the file.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Version of AttnGan that evaluated.</summary>
    public required string Version { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required EvaluatedSubject Subject { get; init; }

    public required EvaluatedData Data { get; init; }

    /// <summary>Number of evaluated images.</summary>
    public required int Count { get; init; }

    /// <summary>Seed of the order of images, the noise, the wrong captions and the negatives.</summary>
    public required long Seed { get; init; }

    /// <summary>The evaluation networks.</summary>
    public required IReadOnlyList<EvaluationNetwork> Networks { get; init; }

    public required IReadOnlyList<MetricValue> Metrics { get; init; }

    /// <summary>The metrics that could not be computed.</summary>
    public IReadOnlyList<SkippedMetric> Skipped { get; init; } = [];

    /// <summary>The metrics that are means over images, for each category.</summary>
    public IReadOnlyList<CategoryScore> Categories { get; init; } = [];

    /// <summary>The first images, not selected by score.</summary>
    public IReadOnlyList<ScoredImage> Samples { get; init; } = [];

    /// <summary>The images with the highest scores, best first.</summary>
    public IReadOnlyList<ScoredImage> Best { get; init; } = [];

    /// <summary>The images with the lowest scores, worst first.</summary>
    public IReadOnlyList<ScoredImage> Worst { get; init; } = [];
}

/// <summary>The evaluated model or baseline.</summary>
/// <param name="Kind">Model, or the kind of baseline.</param>
/// <param name="Name">Name of the model; a description for baselines.</param>
/// <param name="Checksum">SHA-256 of the model's file; null for baselines.</param>
/// <param name="ImageSize">Side in pixels of the images.</param>
/// <param name="Truncation">The largest magnitude of noise values; null for no bound.</param>
/// <param name="TrainingSteps">Steps that the model was trained for; null if unknown.</param>
internal sealed record EvaluatedSubject(
    SubjectKind Kind, string Name, string? Checksum, int ImageSize, double? Truncation, long? TrainingSteps);

/// <summary>The evaluated split of a dataset.</summary>
/// <param name="Name">Name of the folder.</param>
/// <param name="Split">train, validation or the name of a list.</param>
/// <param name="Images">Number of images in the split.</param>
/// <param name="Checksum">SHA-256 of the names, captions, classes and files of the images.</param>
/// <param name="CropScale">
/// The shorter side of real images before the center crop, as a multiple of the image size; null in reports without it.
/// </param>
/// <param name="Reference">SHA-256 of the statistics that the Fréchet distance is measured from; null for those of the images.</param>
internal sealed record EvaluatedData(
    string Name, string Split, int Images, string Checksum, double? CropScale = null, string? Reference = null);

/// <param name="Name">Name of the metric, such as <c>r_precision</c>.</param>
/// <param name="Reason">Why it could not be computed.</param>
internal sealed record SkippedMetric(string Name, string Reason);

/// <param name="Name">Name of the category.</param>
/// <param name="Count">Number of its images.</param>
/// <param name="Values">The values by metric name.</param>
internal sealed record CategoryScore(string Name, int Count, IReadOnlyDictionary<string, double> Values);

/// <param name="Caption">The caption.</param>
/// <param name="Seed">Seed of the image; null for images that are not generated.</param>
/// <param name="Score">Cosine of image and caption by the first DAMSM; NaN without a DAMSM.</param>
/// <param name="Image">Path of the image, relative to the report.</param>
/// <param name="Real">Path of the dataset's image of that caption, relative to the report; null if there is none.</param>
internal sealed record ScoredImage(string Caption, long? Seed, double Score, string Image, string? Real);
