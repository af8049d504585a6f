using AttnGan.Training.Evaluation.Reports;

namespace AttnGan.Training.Tests.Evaluation.Reports;

public sealed class ReportComparisonTests
{
    private static readonly EvaluationReport s_report = ExampleReport.Create();

    [Fact]
    public void A_report_differs_from_itself_in_nothing()
    {
        var comparison = ReportComparison.Of(s_report, s_report);

        Assert.DoesNotContain(comparison.Dependencies, dependency => dependency.Differs);
        Assert.Equal(4, comparison.Metrics.Count);
        Assert.All(comparison.Metrics, metric => Assert.Equal((0, MetricVerdict.Equal), (metric.Difference, metric.Verdict)));
    }

    [Theory]
    [InlineData(true, 0.5, nameof(MetricVerdict.Better))]
    [InlineData(true, -0.5, nameof(MetricVerdict.Worse))]
    [InlineData(false, -0.5, nameof(MetricVerdict.Better))]
    [InlineData(false, 0.5, nameof(MetricVerdict.Worse))]
    public void Better_is_what_the_metric_says_is_better(bool higherIsBetter, double difference, string verdict)
    {
        MetricValue metric = ExampleReport.Fid with { HigherIsBetter = higherIsBetter };

        MetricComparison compared = Compare(metric, metric with { Value = metric.Value + difference });

        Assert.Equal(verdict, $"{compared.Verdict}");
        Assert.Equal(difference, compared.Difference!.Value, 1e-9);
    }

    [Theory]
    [InlineData(0.03, 0.04, 0.049, nameof(MetricVerdict.WithinDeviations))]
    [InlineData(0.03, 0.04, -0.049, nameof(MetricVerdict.WithinDeviations))]
    [InlineData(0.03, 0.04, 0.051, nameof(MetricVerdict.Better))]
    [InlineData(null, 0.04, 0.039, nameof(MetricVerdict.WithinDeviations))]
    [InlineData(0.03, null, -0.031, nameof(MetricVerdict.Worse))]
    [InlineData(null, null, 0.001, nameof(MetricVerdict.Better))]
    public void Deviations_add_as_those_of_independent_figures(double? a, double? b, double difference, string verdict)
    {
        MetricValue metric = ExampleReport.RPrecision with { Deviation = a };

        Assert.Equal(verdict, $"{Compare(metric, metric with { Value = metric.Value + difference, Deviation = b }).Verdict}");
    }

    [Fact]
    public void What_only_labels_a_report_is_told_and_compares()
    {
        EvaluationReport other = s_report with
        {
            Version = "0.3.0",
            Created = DateTimeOffset.UnixEpoch,
            Seed = 8,
            Subject = new(SubjectKind.Untrained, "nothing learned", null, 256, null, null),
            Metrics = [ExampleReport.Fid with { Value = 180 }, .. s_report.Metrics.Skip(1)],
        };

        var comparison = ReportComparison.Of(s_report, other);

        Assert.Equal(
            ["subject", "subject's checksum", "training steps", "truncation", "seed", "version of AttnGan"],
            comparison.Dependencies.Where(dependency => dependency.Differs).Select(dependency => dependency.Name));
        Assert.Contains(new Dependency("seed", "7654321", "8"), comparison.Dependencies);
        Assert.Contains(new Dependency("truncation", "0.9", null), comparison.Dependencies);
        Assert.Equal(MetricVerdict.Worse, comparison.Metrics[0].Verdict);
    }

    [Fact]
    public void Other_data_leaves_nothing_to_compare()
    {
        var comparison = ReportComparison.Of(s_report, s_report with { Data = s_report.Data with { Checksum = "other" } });

        Assert.All(comparison.Metrics, metric => AssertRefused("other data", metric));
        Assert.Equal("data's checksum", Assert.Single(comparison.Dependencies, dependency => dependency.Differs).Name);
    }

    [Fact]
    public void Images_of_another_size_are_compared_with_other_real_ones()
    {
        var comparison = ReportComparison.Of(s_report, s_report with { Subject = s_report.Subject with { ImageSize = 128 } });

        Assert.All(comparison.Metrics, metric => AssertRefused("images of another size", metric));
        Assert.Equal(new("image size", "256 pixels", "128 pixels"), Assert.Single(comparison.Dependencies, dependency => dependency.Differs));
    }

    [Fact]
    public void Real_images_that_are_cut_otherwise_matter_to_what_sees_them()
    {
        EvaluationReport Cut(double? scale, SubjectKind kind = SubjectKind.Model) => s_report with
        {
            Data = s_report.Data with { CropScale = scale },
            Subject = s_report.Subject with { Kind = kind },
        };
        var drawn = ReportComparison.Of(Cut(1), Cut(1.1875));
        var real = ReportComparison.Of(Cut(1, SubjectKind.Real), Cut(1.1875, SubjectKind.Real));

        Assert.Equal(new("real images' crop scale", "1", "1.188"), Assert.Single(drawn.Dependencies, dependency => dependency.Differs));
        AssertRefused("real images cut otherwise", drawn.Metrics[0]);
        Assert.All(drawn.Metrics.Skip(1), metric => Assert.Equal(MetricVerdict.Equal, metric.Verdict));
        Assert.All(real.Metrics, metric => AssertRefused("real images cut otherwise", metric));
        Assert.DoesNotContain(MetricVerdict.NotComparable, Verdicts(ReportComparison.Of(Cut(null), Cut(1))));
    }

    [Fact]
    public void Another_judge_matters_to_its_metrics_alone()
    {
        var other = ReportComparison.Of(s_report, s_report with { Networks = [ExampleReport.Features, ExampleReport.Damsm with { Checksum = "other" }] });
        var otherwise = ReportComparison.Of(s_report, s_report with { Networks = [ExampleReport.Features with { Description = "64 pixels" }, ExampleReport.Damsm] });
        var renamed = ReportComparison.Of(s_report, s_report with { Networks = [ExampleReport.Features with { Name = "the same weights" }, ExampleReport.Damsm] });

        Assert.Equal([MetricVerdict.Equal, MetricVerdict.NotComparable, MetricVerdict.Equal, MetricVerdict.NotComparable], Verdicts(other));
        AssertRefused("judged by another network (damsm)", other.Metrics[1]);
        Assert.Equal([MetricVerdict.NotComparable, MetricVerdict.Equal, MetricVerdict.NotComparable, MetricVerdict.Equal], Verdicts(otherwise));
        AssertRefused("the network `features` is used otherwise", otherwise.Metrics[0]);
        Assert.DoesNotContain(MetricVerdict.NotComparable, Verdicts(renamed));
        Assert.Equal("features: network", Assert.Single(renamed.Dependencies, dependency => dependency.Differs).Name);
    }

    [Fact]
    public void A_metric_of_another_network_or_meaning_is_not_the_same_metric()
    {
        MetricValue fid = ExampleReport.Fid;

        AssertRefused("judged by another network (features, damsm)", Compare(fid, fid with { Network = "damsm" }));
        AssertRefused("judged by another network (features, none)", Compare(fid, fid with { Network = null }));
        AssertRefused("another measure of the same name", Compare(fid, fid with { HigherIsBetter = true }));
        AssertRefused("another measure of the same name", Compare(fid, fid with { IsShare = true }));
        AssertRefused("the figure of A is not finite", Compare(fid with { Value = double.NaN }, fid));
        AssertRefused("the figure of both is not finite", Compare(fid with { Value = double.NaN }, fid with { Value = double.PositiveInfinity }));
        AssertRefused(
            "judged by another network (features, none); the figure of B is not finite",
            Compare(fid, fid with { Network = null, Value = double.NaN }));
    }

    [Fact]
    public void Figures_of_more_or_fewer_images_compare_only_where_as_many_were_judged()
    {
        EvaluationReport fewer = s_report with
        {
            Count = 50,
            Metrics = [ExampleReport.Fid with { Count = 50 }, ExampleReport.RPrecision],
        };

        IReadOnlyList<MetricComparison> metrics = ReportComparison.Of(s_report, fewer).Metrics;
        MetricComparison asMany = Compare(ExampleReport.Coverage, ExampleReport.Coverage with { Value = 0.5, Count = 812 });

        AssertRefused("taken over 1,000 and 50", metrics[0]);
        Assert.Equal((MetricVerdict.Equal, null), (metrics[1].Verdict, metrics[1].Remark));
        Assert.Equal((MetricVerdict.Better, "taken over 1,000 and 812"), (asMany.Verdict, asMany.Remark));
    }

    [Fact]
    public void Metrics_are_matched_by_name_and_those_of_one_report_are_told()
    {
        EvaluationReport a = s_report with { Metrics = [ExampleReport.Fid, ExampleReport.Cosine] };
        EvaluationReport b = s_report with { Metrics = [ExampleReport.RPrecision, ExampleReport.Cosine with { Title = "Renamed" }] };

        IReadOnlyList<MetricComparison> metrics = ReportComparison.Of(a, b).Metrics;

        Assert.Equal(["Fréchet inception distance", "Cosine of image and caption", "R-precision"], metrics.Select(metric => metric.Title));
        AssertRefused("only A has it", metrics[0]);
        Assert.Equal(MetricVerdict.Equal, metrics[1].Verdict);
        AssertRefused("only B has it", metrics[2]);
    }

    private static MetricVerdict[] Verdicts(ReportComparison comparison) => [.. comparison.Metrics.Select(metric => metric.Verdict)];

    private static MetricComparison Compare(MetricValue a, MetricValue b) =>
        Assert.Single(ReportComparison.Of(s_report with { Metrics = [a] }, s_report with { Metrics = [b] }).Metrics);

    private static void AssertRefused(string reason, MetricComparison metric) =>
        Assert.Equal((reason, MetricVerdict.NotComparable, null), (metric.Remark, metric.Verdict, metric.Difference));
}
