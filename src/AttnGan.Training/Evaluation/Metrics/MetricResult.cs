namespace AttnGan.Training.Evaluation.Metrics;

/// <param name="Value">The value over all images.</param>
/// <param name="PerImage">
/// The contribution of each image to a mean, null for images without one; reports have the mean for each category. Null for values that
/// are not a mean over images.
/// </param>
internal sealed record MetricResult(MetricValue Value, IReadOnlyList<double?>? PerImage = null);
