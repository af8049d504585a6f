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

    /// <summary>True if the images are the dataset's own, each with its own captions.</summary>
    public bool IsReal { get; init; }

    /// <summary>The network that computes features; null if there is none.</summary>
    public IFeatureNetwork? Features { get; init; }

    /// <summary>True if the model may have been trained with the feature network, which inflates its scores.</summary>
    public bool IsTrainedWithFeatures { get; init; }

    /// <summary>Feature statistics of the real images of the split; null unless a metric requires them.</summary>
    public FeatureStatistics? RealFeatures { get; init; }

    /// <summary>The images and captions as encoded by the DAMSM that the metric is computed with; null if it requires none.</summary>
    public EncodedPairs? Damsm { get; init; }
}
