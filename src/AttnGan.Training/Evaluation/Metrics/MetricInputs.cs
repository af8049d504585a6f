using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>The inputs that a metric requires besides images and captions.</summary>
[Flags]
internal enum MetricInputs
{
    /// <summary>Images and captions are enough.</summary>
    None = 0,

    /// <summary>Features of the images: <see cref="ImageBatch.Features"/>.</summary>
    Features = 1,

    /// <summary>Feature statistics of all real images of the split: <see cref="MetricContext.RealFeatures"/>.</summary>
    RealFeatures = 2,

    /// <summary>A DAMSM: <see cref="MetricContext.Damsm"/>. The metric is computed once for each DAMSM.</summary>
    Damsm = 4,

    /// <summary>Attention maps: <see cref="SubjectImage.Attention"/>.</summary>
    Attention = 8,

    /// <summary>A generator: another seed gives another image of the same caption.</summary>
    Generator = 16,

    /// <summary>Features of each real image of the split, and of each evaluated image: <see cref="MetricContext.FeatureSets"/>.</summary>
    FeatureSets = 32,
}
