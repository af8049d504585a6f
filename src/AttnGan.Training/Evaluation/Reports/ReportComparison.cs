using System.Globalization;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Evaluation.Reports;

/// <summary>The result of comparing a metric of B with that of A.</summary>
internal enum MetricVerdict
{
    Better,
    Worse,
    Equal,

    /// <summary>The difference is not larger than the combined deviation.</summary>
    WithinDeviations,

    /// <summary>The values were measured under conditions that do not allow a comparison.</summary>
    NotComparable,
}

/// <summary>A condition of the reports.</summary>
/// <param name="Name">Such as <c>seed</c>.</param>
/// <param name="A">Value of the first report; null if it has none.</param>
/// <param name="B">Value of the second report; null if it has none.</param>
/// <param name="IsChecksum">True if the values are checksums, which are shown shortened.</param>
internal sealed record Condition(string Name, string? A, string? B, bool IsChecksum = false)
{
    public bool Differs => A != B;
}

/// <summary>The comparison of one metric.</summary>
/// <param name="Title">Title of the metric.</param>
/// <param name="A">Value of the first report; null if it has none.</param>
/// <param name="B">Value of the second report; null if it has none.</param>
/// <param name="Difference">B − A; null if the two are not comparable.</param>
/// <param name="Verdict">The result.</param>
/// <param name="Remark">Why the two are not comparable, or a reservation if they are; null for nothing.</param>
internal sealed record MetricComparison(
    string Title, MetricValue? A, MetricValue? B, double? Difference, MetricVerdict Verdict, string? Remark);

/// <summary>
/// The comparison of two reports: the conditions, and the difference of each metric that is comparable. A metric is comparable if data,
/// number and size of images, and evaluation network are the same. Different versions, seeds and models are listed but do not matter:
/// they are what reports are compared for.
/// </summary>
internal sealed record ReportComparison
{
    private ReportComparison(EvaluationReport a, EvaluationReport b)
    {
        (A, B) = (a, b);
        Conditions = [.. ConditionsOf(a, b)];
        Metrics = [.. a.Metrics.Select(metric => Compare(metric, b.Metrics.FirstOrDefault(other => other.Name == metric.Name)))
            .Concat(b.Metrics.Where(metric => a.Metrics.All(other => other.Name != metric.Name)).Select(metric => Compare(null, metric)))];
    }

    public EvaluationReport A { get; }

    public EvaluationReport B { get; }

    /// <summary>All conditions, whether they differ or not.</summary>
    public IReadOnlyList<Condition> Conditions { get; }

    /// <summary>The metrics of A in its order, followed by those that only B has.</summary>
    public IReadOnlyList<MetricComparison> Metrics { get; }

    public static ReportComparison Of(EvaluationReport a, EvaluationReport b) => new(a, b);

    private static IEnumerable<Condition> ConditionsOf(EvaluationReport a, EvaluationReport b)
    {
        yield return new("subject", a.Subject.Name, b.Subject.Name);
        yield return new("subject checksum", a.Subject.Checksum, b.Subject.Checksum, IsChecksum: true);
        yield return new("training steps", Text(a.Subject.TrainingSteps), Text(b.Subject.TrainingSteps));
        yield return new("image size", $"{a.Subject.ImageSize} pixels", $"{b.Subject.ImageSize} pixels");
        yield return new("truncation", Truncation(a), Truncation(b));
        yield return new("images evaluated", Text(a.Count), Text(b.Count));
        yield return new("seed", $"{a.Seed}", $"{b.Seed}");
        yield return new("data", a.Data.Name, b.Data.Name);
        yield return new("split", a.Data.Split, b.Data.Split);
        yield return new("data checksum", a.Data.Checksum, b.Data.Checksum, IsChecksum: true);
        yield return new("crop scale of real images", CropScale(a), CropScale(b));
        if (a.Data.Reference is not null || b.Data.Reference is not null)
        {
            yield return new("reference statistics", a.Data.Reference, b.Data.Reference, IsChecksum: true);
        }

        foreach (string role in a.Networks.Concat(b.Networks).Select(network => network.Role).Distinct())
        {
            (EvaluationNetwork? networkA, EvaluationNetwork? networkB) = (Network(a, role), Network(b, role));
            yield return new($"{role}: network", networkA?.Name, networkB?.Name);
            yield return new($"{role}: settings", networkA?.Description, networkB?.Description);
            yield return new($"{role}: checksum", networkA?.Checksum, networkB?.Checksum, IsChecksum: true);
        }

        yield return new("AttnGan version", a.Version, b.Version);
    }

    private MetricComparison Compare(MetricValue? a, MetricValue? b)
    {
        string title = (a ?? b)!.Title;
        if (a is null || b is null)
        {
            return new(title, a, b, null, MetricVerdict.NotComparable, $"only {(a is null ? "B" : "A")} has it");
        }

        string reason = string.Join("; ", Obstacles(a, b));
        if (reason.Length > 0)
        {
            return new(title, a, b, null, MetricVerdict.NotComparable, reason);
        }

        double difference = b.Value - a.Value;
        double deviation = double.Hypot(a.Deviation ?? 0, b.Deviation ?? 0);
        MetricVerdict verdict = difference == 0 ? MetricVerdict.Equal
            : Math.Abs(difference) <= deviation ? MetricVerdict.WithinDeviations
            : difference > 0 == a.HigherIsBetter ? MetricVerdict.Better
            : MetricVerdict.Worse;
        return new(title, a, b, difference, verdict, a.Count == b.Count ? null : Counts(a, b));
    }

    private IEnumerable<string> Obstacles(MetricValue a, MetricValue b)
    {
        if (A.Data.Checksum != B.Data.Checksum)
        {
            yield return "different data";
        }

        if (A.Subject.ImageSize != B.Subject.ImageSize)
        {
            // Real images are scaled to the size of the evaluated ones, so they differ as well.
            yield return "different image sizes";
        }

        if (A.Data.CropScale is { } scaleA && B.Data.CropScale is { } scaleB && scaleA != scaleB && DependsOnRealImages(a.Name))
        {
            yield return "different crops of real images";
        }

        if (A.Data.Reference != B.Data.Reference && DependsOnStatistics(a.Name))
        {
            yield return "different reference statistics";
        }

        if (A.Count != B.Count && a.Count != b.Count)
        {
            // Fréchet distances and Inception scores are biased by the number of images. Over the same number of images, a metric may
            // still count more or fewer of them, such as those with a color: that is a result, and comparable.
            yield return Counts(a, b);
        }

        if (a.HigherIsBetter != b.HigherIsBetter || a.IsShare != b.IsShare)
        {
            yield return "different metrics of the same name";
        }

        (EvaluationNetwork? networkA, EvaluationNetwork? networkB) = (Network(A, a.Network), Network(B, b.Network));
        if (a.Network != b.Network || networkA?.Checksum != networkB?.Checksum)
        {
            string other = a.Network == b.Network ? "" : $", {b.Network ?? "none"}";
            yield return $"different evaluation networks ({a.Network ?? "none"}{other})";
        }
        else if (networkA?.Description != networkB?.Description)
        {
            yield return $"different settings of the network `{a.Network}`";
        }

        if (!double.IsFinite(a.Value) || !double.IsFinite(b.Value))
        {
            yield return $"the value of {(double.IsFinite(a.Value) ? "B" : double.IsFinite(b.Value) ? "A" : "both")} is not finite";
        }
    }

    private static bool DependsOnStatistics(string metric) =>
        MetricRegistry.All.Any(definition => definition.Name == metric && definition.Requires(MetricInputs.RealFeatures));

    private bool DependsOnRealImages(string metric) =>
        DependsOnStatistics(metric) ||
        (A.Metrics.FirstOrDefault(value => value.Name == metric)?.Network == IFeatureNetwork.Role &&
            metric is not ("inception_score" or "diversity_features")) ||
        new[] { A, B }.Any(report => report.Subject.Kind is
            SubjectKind.Real or SubjectKind.WrongCaptions or SubjectKind.Blurred or SubjectKind.Repeated);

    private static string Counts(MetricValue a, MetricValue b) => $"computed over {Text(a.Count)} and {Text(b.Count)}";

    private static EvaluationNetwork? Network(EvaluationReport report, string? role) =>
        report.Networks.FirstOrDefault(network => network.Role == role);

    private static string? Truncation(EvaluationReport report) => report.Subject.Truncation?.ToString(CultureInfo.InvariantCulture);

    private static string? CropScale(EvaluationReport report) => report.Data.CropScale?.ToString("0.###", CultureInfo.InvariantCulture);

    private static string? Text(long? count) => count?.ToString("N0", CultureInfo.InvariantCulture);
}
