namespace AttnGan.Training.Runs;

/// <summary>How good the networks are at a step.</summary>
/// <param name="Measures">Figures on held-out images; empty where there are none.</param>
/// <param name="Quality">Higher is better: the checkpoint of the best evaluation is kept apart. Null: not measured.</param>
internal sealed record ValidationResult(IReadOnlyList<Measure> Measures, double? Quality)
{
    /// <summary>Name of the quality among the figures of a log.</summary>
    public const string QualityName = "quality";

    /// <summary>No held-out images.</summary>
    public static ValidationResult None { get; } = new([], null);

    /// <summary>Figures with their quality, which is the last of them.</summary>
    public static ValidationResult Of(double quality, params IEnumerable<Measure> measures) =>
        new([.. measures, new Measure(QualityName, quality)], quality);
}
