namespace AttnGan.Training.Runs;

/// <summary>The result of an evaluation on validation images.</summary>
/// <param name="Measures">The metrics; empty if there are no validation images.</param>
/// <param name="Quality">The quality, which selects the best checkpoint: higher is better. Null if it was not measured.</param>
internal sealed record ValidationResult(IReadOnlyList<Measure> Measures, double? Quality)
{
    /// <summary>The name of the quality in a log.</summary>
    public const string QualityName = "quality";

    /// <summary>The result without validation images.</summary>
    public static ValidationResult None { get; } = new([], null);

    /// <summary>Creates a result whose last measure is the quality.</summary>
    public static ValidationResult Of(double quality, params IEnumerable<Measure> measures) =>
        new([.. measures, new Measure(QualityName, quality)], quality);
}
