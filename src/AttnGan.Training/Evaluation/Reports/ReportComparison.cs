using System.Globalization;

namespace AttnGan.Training.Evaluation.Reports;

/// <summary>What a metric says of B beside A.</summary>
internal enum MetricVerdict
{
    Better,
    Worse,
    Equal,

    /// <summary>There is a difference, and it is no larger than the two deviations together.</summary>
    WithinDeviations,

    /// <summary>The figures answer different questions; their difference says nothing.</summary>
    NotComparable,
}

/// <param name="Name">Such as <c>seed</c>.</param>
/// <param name="A">Of the first report; null where it has none.</param>
/// <param name="B">Of the second.</param>
/// <param name="IsChecksum">Whether the values are checksums, of which the beginning is enough to read.</param>
internal sealed record Dependency(string Name, string? A, string? B, bool IsChecksum = false)
{
    public bool Differs => A != B;
}

/// <param name="Title">The metric in words.</param>
/// <param name="A">Of the first report; null where it has none.</param>
/// <param name="B">Of the second.</param>
/// <param name="Difference">B − A; null where the two are not comparable.</param>
/// <param name="Verdict">What it says.</param>
/// <param name="Remark">Why the two are not comparable, or what is to be minded where they are; null for nothing.</param>
internal sealed record MetricComparison(
    string Title, MetricValue? A, MetricValue? B, double? Difference, MetricVerdict Verdict, string? Remark);

/// <summary>
/// Two reports side by side: what differs in what they depend on, and each metric's difference where the two figures answer the same
/// question. They do where the data, number and size of images, and the judging network are the same. A version, a seed or a model that
/// differs is only told: that is what reports are compared for.
/// </summary>
internal sealed record ReportComparison
{
    private ReportComparison(EvaluationReport a, EvaluationReport b)
    {
        (A, B) = (a, b);
        Dependencies = [.. DependenciesOf(a, b)];
        Metrics = [.. a.Metrics.Select(metric => Compare(metric, b.Metrics.FirstOrDefault(other => other.Name == metric.Name)))
            .Concat(b.Metrics.Where(metric => a.Metrics.All(other => other.Name != metric.Name)).Select(metric => Compare(null, metric)))];
    }

    public EvaluationReport A { get; }

    public EvaluationReport B { get; }

    /// <summary>All that the reports depend on, whether it differs or not.</summary>
    public IReadOnlyList<Dependency> Dependencies { get; }

    /// <summary>The metrics of A in its order, then those that only B has.</summary>
    public IReadOnlyList<MetricComparison> Metrics { get; }

    public static ReportComparison Of(EvaluationReport a, EvaluationReport b) => new(a, b);

    private static IEnumerable<Dependency> DependenciesOf(EvaluationReport a, EvaluationReport b)
    {
        yield return new("subject", a.Subject.Name, b.Subject.Name);
        yield return new("subject's checksum", a.Subject.Checksum, b.Subject.Checksum, IsChecksum: true);
        yield return new("training steps", Text(a.Subject.TrainingSteps), Text(b.Subject.TrainingSteps));
        yield return new("image size", $"{a.Subject.ImageSize} pixels", $"{b.Subject.ImageSize} pixels");
        yield return new("truncation", Truncation(a), Truncation(b));
        yield return new("images judged", Text(a.Count), Text(b.Count));
        yield return new("seed", $"{a.Seed}", $"{b.Seed}");
        yield return new("data", a.Data.Name, b.Data.Name);
        yield return new("split", a.Data.Split, b.Data.Split);
        yield return new("data's checksum", a.Data.Checksum, b.Data.Checksum, IsChecksum: true);
        yield return new("real images' crop scale", CropScale(a), CropScale(b));
        foreach (string role in a.Networks.Concat(b.Networks).Select(network => network.Role).Distinct())
        {
            (EvaluationNetwork? ofA, EvaluationNetwork? ofB) = (Network(a, role), Network(b, role));
            yield return new($"{role}: network", ofA?.Name, ofB?.Name);
            yield return new($"{role}: settings", ofA?.Description, ofB?.Description);
            yield return new($"{role}: checksum", ofA?.Checksum, ofB?.Checksum, IsChecksum: true);
        }

        yield return new("version of AttnGan", a.Version, b.Version);
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
            yield return "other data";
        }

        if (A.Subject.ImageSize != B.Subject.ImageSize)
        {
            // Real images are scaled to the size of those that are judged: they are others then.
            yield return "images of another size";
        }

        if (A.Data.CropScale != B.Data.CropScale && SeesRealImages(a.Name) && A.Data.CropScale is not null && B.Data.CropScale is not null)
        {
            yield return "real images cut otherwise";
        }

        if (A.Count != B.Count && a.Count != b.Count)
        {
            // Fréchet distances and Inception scores are biased by the count. Of as many images some metrics take more or fewer, such as
            // those that have a color at all: that is a finding.
            yield return Counts(a, b);
        }

        if (a.HigherIsBetter != b.HigherIsBetter || a.IsShare != b.IsShare)
        {
            yield return "another measure of the same name";
        }

        (EvaluationNetwork? judgeA, EvaluationNetwork? judgeB) = (Network(A, a.Network), Network(B, b.Network));
        if (a.Network != b.Network || judgeA?.Checksum != judgeB?.Checksum)
        {
            yield return $"judged by another network ({a.Network ?? "none"}{(a.Network == b.Network ? "" : $", {b.Network ?? "none"}")})";
        }
        else if (judgeA?.Description != judgeB?.Description)
        {
            yield return $"the network `{a.Network}` is used otherwise";
        }

        if (!double.IsFinite(a.Value) || !double.IsFinite(b.Value))
        {
            yield return $"the figure of {(double.IsFinite(a.Value) ? "B" : double.IsFinite(b.Value) ? "A" : "both")} is not finite";
        }
    }

    private bool SeesRealImages(string metric) =>
        metric == EvaluationMetrics.NameOf(EvaluationMetric.Fid) ||
        new[] { A, B }.Any(report => report.Subject.Kind is SubjectKind.Real or SubjectKind.WrongCaptions);

    private static string Counts(MetricValue a, MetricValue b) => $"taken over {Text(a.Count)} and {Text(b.Count)}";

    private static EvaluationNetwork? Network(EvaluationReport report, string? role) =>
        report.Networks.FirstOrDefault(network => network.Role == role);

    private static string? Truncation(EvaluationReport report) => report.Subject.Truncation?.ToString(CultureInfo.InvariantCulture);

    private static string? CropScale(EvaluationReport report) => report.Data.CropScale?.ToString("0.###", CultureInfo.InvariantCulture);

    private static string? Text(long? count) => count?.ToString("N0", CultureInfo.InvariantCulture);
}
