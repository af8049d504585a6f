using AttnGan.Generation;
using AttnGan.Training.Evaluation.Reports;

namespace AttnGan.Training.Evaluation;

/// <summary>What to evaluate, on what and how.</summary>
internal sealed record EvaluationOptions
{
    /// <summary>
    /// A model package, run folder, GAN checkpoint or model file. References take the images' size from it, and an untrained generator
    /// all its sizes.
    /// </summary>
    public required string Model { get; init; }

    /// <summary>The model's images, or a reference to compare them with.</summary>
    public SubjectKind Subject { get; init; } = SubjectKind.Model;

    /// <summary>Folder of the dataset.</summary>
    public required string Data { get; init; }

    /// <summary>train, validation or the name of a list.</summary>
    public string Split { get; init; } = "validation";

    /// <summary>
    /// Shorter side that real images are scaled to before their middle is taken, in sizes of the judged images (1 to 10); null as the
    /// model's training had it, or else the DAMSM's.
    /// </summary>
    public double? CropScale { get; init; }

    /// <summary>Images to judge; null for one for each caption of the split, but at most <see cref="Evaluator.PublishedCount"/>.</summary>
    public int? Count { get; init; }

    /// <summary>Decides the order of images, the noise, wrong captions and candidates.</summary>
    public long Seed { get; init; }

    /// <summary>The largest magnitude of noise values; null or infinity for no truncation.</summary>
    public double? Truncation
    {
        get;
        init => field = GenerationOptions.FiniteTruncation(value);
    }

    /// <summary>What to measure, all of which must be possible; null for everything that is possible.</summary>
    public IReadOnlyList<EvaluationMetric>? Metrics { get; init; }

    /// <summary>A run folder or checkpoint whose DAMSM judges; null for the one that the model was trained with.</summary>
    public string? Damsm { get; init; }

    /// <summary>A second DAMSM, which the model was not trained with.</summary>
    public string? Independent { get; init; }

    /// <summary>Weights of an Inception-v3, or a DAMSM; null for the independent DAMSM or else the first one.</summary>
    public string? Features { get; init; }

    /// <summary>Folder that statistics of real images are kept in; null to take them anew each time.</summary>
    public string? Cache { get; init; }

    /// <summary>Folder for the report's images, which is there.</summary>
    public required string Output { get; init; }

    /// <summary>Threads that draw; 0 for one a processor.</summary>
    public int Threads { get; init; }
}
