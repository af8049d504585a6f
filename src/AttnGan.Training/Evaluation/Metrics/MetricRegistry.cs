namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>All metrics, in the order of reports.</summary>
internal static class MetricRegistry
{
    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        FrechetDistance.Definition,
        KernelDistance.Definition,
        PrecisionRecall.Definition,
        InceptionScore.Definition,
        Recognition.Definition,
        RPrecision.Definition,
        ColorRPrecision.Definition,
        RecallAtK.Definition,
        CaptionRetrieval.Definition,
        CaptionSimilarity.Definition,
        ColorAccuracy.Definition,
        ShapeAccuracy.Definition,
        ShapeAttention.Definition,
        AttentionGrounding.Definition,
        WordGrounding.Definition,
        Diversity.Definition,
    ];

    /// <summary>The names that <c>--metrics</c> accepts.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(metric => metric.Name)];

    /// <exception cref="AttnGanException">Thrown when there is no metric of that name.</exception>
    public static MetricDefinition Parse(string name) => All.FirstOrDefault(metric => metric.Name == name) ?? throw new AttnGanException(
        $"There is no metric `{name}`; there are {string.Join(", ", Names)}.");
}
