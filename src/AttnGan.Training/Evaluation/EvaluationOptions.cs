using AttnGan.Generation;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Evaluation;

/// <summary>The settings of an evaluation.</summary>
internal sealed record EvaluationOptions
{
    /// <summary>
    /// A model package, run folder, GAN checkpoint or model file. Baselines have the size of its images, and an untrained generator its
    /// architecture.
    /// </summary>
    public required string Model { get; init; }

    /// <summary>A folder of images to evaluate, of <see cref="SubjectKind.Folder"/>. The model is not opened.</summary>
    public string? Images { get; init; }

    /// <summary>
    /// A file of pytorch-fid with mean and covariance of features, which the Fréchet distance is measured from; null for those of the
    /// real images of the split.
    /// </summary>
    public string? ReferenceStatistics { get; init; }

    /// <summary>The images to evaluate: the model's, or a baseline.</summary>
    public SubjectKind Subject { get; init; } = SubjectKind.Model;

    /// <summary>Folder of the dataset.</summary>
    public required string Data { get; init; }

    /// <summary>train, validation or the name of a list.</summary>
    public string Split { get; init; } = "validation";

    /// <summary>
    /// The shorter side of real images before the center crop, as a multiple of the image size (1 to 10); null for that of the model's
    /// training, or else of the DAMSM's.
    /// </summary>
    public double? CropScale { get; init; }

    /// <summary>
    /// The keys of captions (<see cref="Configuration.DataConfig.CaptionKey"/>); null for those of the model's training, or else of the
    /// DAMSM's.
    /// </summary>
    public string? CaptionKey { get; init; }

    /// <summary>Number of images; null for one per caption of the split, at most <see cref="Evaluator.PublishedCount"/>.</summary>
    public int? Count { get; init; }

    /// <summary>Seed of the order of images, the noise, the wrong captions and the negatives.</summary>
    public long Seed { get; init; }

    /// <summary>The largest magnitude of noise values; null or infinity for no truncation.</summary>
    public double? Truncation
    {
        get;
        init => field = GenerationOptions.FiniteTruncation(value);
    }

    /// <summary>The metrics to compute, all of which must be computable; null for all that are.</summary>
    public IReadOnlyList<MetricDefinition>? Metrics { get; init; }

    /// <summary>A run folder or checkpoint with a DAMSM; null for the one that the model was trained with.</summary>
    public string? Damsm { get; init; }

    /// <summary>The independent DAMSM; null for none.</summary>
    public string? Independent { get; init; }

    /// <summary>
    /// <c>resnet18</c>, weights of Inception-v3, or a DAMSM, for features; null for the bundled ResNet-18 if it is there, otherwise the
    /// independent DAMSM, otherwise the first one.
    /// </summary>
    public string? Features { get; init; }

    /// <summary>Folder that caches feature statistics of real images; null for no cache.</summary>
    public string? Cache { get; init; }

    /// <summary>An existing folder for the report's images.</summary>
    public required string Output { get; init; }

    /// <summary>Threads that generate; 0 for one per processor.</summary>
    public int Threads { get; init; }
}
