using System.Globalization;
using AttnGan.Training.Evaluation.Metrics;

namespace AttnGan.Training.Evaluation.Reports;

/// <summary>Formats metrics as text, the same for pages and terminals.</summary>
internal static class MetricText
{
    private const int ShortLength = 12;

    /// <summary>The explanation that accompanies differences.</summary>
    public const string DifferencesNote =
        "A difference within the deviations is not significant for this number of images. Where a metric has no deviation, a small " +
        "difference may be chance.";

    /// <summary>Returns a value with its deviation, such as <c>61.3% ± 0.8%</c>, or alone if it has none, such as <c>23.41</c>.</summary>
    public static string Value(MetricValue metric) => metric.Deviation is null
        ? Value(metric.Value, metric.IsShare)
        : $"{Value(metric.Value, metric.IsShare)} {Deviation(metric)}";

    /// <summary>Returns the deviation after its sign; empty if there is none.</summary>
    public static string Deviation(MetricValue metric) =>
        metric.Deviation is { } deviation ? $"± {Number(deviation, metric.IsShare, metric.Value)}" : "";

    public static string Value(double value, bool isShare) => Number(value, isShare, value);

    /// <summary>Returns the difference with its sign; differences of shares are in percentage points.</summary>
    public static string Difference(MetricComparison metric) => metric is { Difference: { } difference, A: { } a }
        ? (difference > 0 ? "+" : "") + (a.IsShare ? $"{Fixed(100 * difference, 1)} points" : Number(difference, false, a.Value))
        : "";

    public static string Direction(MetricValue metric) => metric.HigherIsBetter ? "↑ higher is better" : "↓ lower is better";

    public static string Verdict(MetricComparison metric)
    {
        string verdict = metric.Verdict switch
        {
            MetricVerdict.Better => "B is better",
            MetricVerdict.Worse => "B is worse",
            MetricVerdict.Equal => "equal",
            MetricVerdict.WithinDeviations => "within the deviations",
            _ => "not comparable",
        };
        return metric.Remark is null ? verdict : $"{verdict}: {metric.Remark}";
    }

    /// <summary>Returns score and seed of an image, as far as it has them.</summary>
    public static string Origin(ScoredImage image) => string.Join(", ", new[]
    {
        double.IsNaN(image.Score) ? null : string.Create(CultureInfo.InvariantCulture, $"score {image.Score:F3}"),
        image.Seed is { } seed ? $"seed {seed}" : null,
    }.OfType<string>());

    /// <summary>Returns the first digits of a checksum, enough to tell two files apart.</summary>
    public static string Short(string checksum) => checksum.Length <= ShortLength ? checksum : $"{checksum[..ShortLength]}…";

    /// <summary>Formats a number with as many decimals as <paramref name="scale"/>, the value that it accompanies, would have.</summary>
    private static string Number(double value, bool isShare, double scale) => isShare
        ? double.IsFinite(value) ? $"{Fixed(100 * value, 1)}%" : Fixed(value, 1)
        : Fixed(value, Math.Abs(scale) switch { >= 100 => 1, >= 10 => 2, >= 1 => 3, _ => 4 });

    private static string Fixed(double value, int decimals) =>
        double.IsNaN(value) ? "not a number"
        : double.IsInfinity(value) ? "infinite"
        : value.ToString($"N{decimals}", CultureInfo.InvariantCulture);
}
