using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// Computes a metric over the images of one evaluation. Its file also has its <see cref="MetricDefinition"/>, which
/// <see cref="MetricRegistry"/> lists. docs/adding-a-metric.md is a guide.
/// </summary>
internal interface IMetric : IDisposable
{
    /// <summary>Further images to generate, in batches, after those of the evaluation. None by default.</summary>
    IReadOnlyList<IReadOnlyList<ImageRequest>> ExtraBatches => [];

    /// <summary>Accumulates a batch of the evaluation's images. Batches come in the order of the pairs.</summary>
    void Add(ImageBatch batch)
    {
    }

    /// <summary>Accumulates a batch of <see cref="ExtraBatches"/>, in their order.</summary>
    void AddExtra(ImageBatch batch)
    {
    }

    /// <summary>Computes the values over all batches; none if no image can be measured.</summary>
    IEnumerable<MetricResult> Compute();

    void IDisposable.Dispose()
    {
    }
}
