namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>A metric that can be requested.</summary>
/// <param name="Name">Its name in <c>--metrics</c>.</param>
/// <param name="Inputs">What it requires besides images and captions.</param>
/// <param name="Create">Starts computing it.</param>
internal sealed record MetricDefinition(string Name, MetricInputs Inputs, Func<MetricContext, IMetric> Create)
{
    /// <summary>
    /// Returns why an evaluation whose <see cref="Inputs"/> are available still cannot compute the metric, such as too few images; null
    /// if it can. Runs before the first image, without <see cref="MetricContext.RealFeatures"/> and <see cref="MetricContext.Damsm"/>.
    /// </summary>
    public Func<MetricContext, string?> FindObstacle { get; init; } = _ => null;

    /// <summary>Why <see cref="IMetric.Compute"/> returned no value.</summary>
    public string EmptyReason { get; init; } = "no image can be measured";

    /// <summary>Returns true if the metric requires an input.</summary>
    public bool Requires(MetricInputs input) => Inputs.HasFlag(input);
}
