namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>A value in a report.</summary>
/// <param name="Name">The key that comparisons go by, such as <c>fid</c>.</param>
/// <param name="Title">Such as <c>Fréchet inception distance</c>.</param>
/// <param name="Value">The value; shares are in [0, 1].</param>
/// <param name="Deviation">Standard deviation over splits or groups; null if the metric has none.</param>
/// <param name="HigherIsBetter">The direction.</param>
/// <param name="IsShare">True if it is a share, which is shown in percent.</param>
/// <param name="Network">Role of the evaluation network; null for none.</param>
/// <param name="Count">Number of images (or pairs, or words) that the value is computed over.</param>
/// <param name="Note">What a reader must know to interpret the value; null for nothing.</param>
internal sealed record MetricValue(
    string Name,
    string Title,
    double Value,
    double? Deviation,
    bool HigherIsBetter,
    bool IsShare,
    string? Network,
    int Count,
    string? Note = null);
