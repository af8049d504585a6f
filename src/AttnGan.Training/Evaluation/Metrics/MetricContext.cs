using AttnGan.Training.Data;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>The inputs that the metrics of an evaluation share.</summary>
internal sealed record MetricContext
{
    /// <summary>The pairs to evaluate, one for each image, in the order of the images.</summary>
    public required IReadOnlyList<EvaluationPair> Pairs { get; init; }

    /// <summary>All captions that negatives can be sampled from; those of the pairs are among them.</summary>
    public required CandidatePool Captions { get; init; }

    /// <summary>Seed of the evaluation.</summary>
    public required long Seed { get; init; }

    /// <summary>The network that computes features; null if there is none.</summary>
    public IFeatureNetwork? Features { get; init; }

    /// <summary>True if the model may have been trained with the feature network, which inflates its scores.</summary>
    public bool IsTrainedWithFeatures { get; init; }

    /// <summary>
    /// True if the evaluated images are images of the split, each with its own captions; they must not be compared with themselves.
    /// </summary>
    public bool IsReal { get; init; }

    /// <summary>The number of real images of the split; null if it is not known.</summary>
    public int? RealCount { get; init; }

    /// <summary>The start of a note if the model may have been trained with the feature network; empty otherwise.</summary>
    public string TrainedNote => IsTrainedWithFeatures
        ? "the model may have been trained with this network, which inflates its score: prefer another one; "
        : "";

    /// <summary>
    /// Returns true for each pixel of an evaluated image where an image of the dataset has an object, by its masks; null without masks.
    /// Null if there is no dataset.
    /// </summary>
    public Func<CaptionedImage, bool[]?>? LoadMask { get; init; }

    /// <summary>Features of each real image of the split and of each evaluated image; null unless a metric requires them.</summary>
    public FeatureSets? FeatureSets { get; init; }

    /// <summary>The file that <see cref="RealFeatures"/> were read from; null if they were computed.</summary>
    public string? ReferenceName { get; init; }

    /// <summary>Feature statistics of the real images of the split; null unless a metric requires them.</summary>
    public FeatureStatistics? RealFeatures { get; init; }

    /// <summary>The images and captions as encoded by the DAMSM that the metric is computed with; null if it requires none.</summary>
    public EncodedPairs? Damsm { get; init; }
}
