using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Tests.Evaluation.Reports;

public sealed class ReportComparisonTests
{
    private static readonly EvaluationReport s_report = ExampleReport.Create();

    [Fact]
    public void A_report_equals_itself()
    {
        var comparison = ReportComparison.Of(s_report, s_report);

        Assert.DoesNotContain(comparison.Conditions, condition => condition.Differs);
        Assert.Equal(4, comparison.Metrics.Count);
        Assert.All(comparison.Metrics, metric => Assert.Equal((0, MetricVerdict.Equal), (metric.Difference, metric.Verdict)));
    }

    [Theory]
    [InlineData(true, 0.5, nameof(MetricVerdict.Better))]
    [InlineData(true, -0.5, nameof(MetricVerdict.Worse))]
    [InlineData(false, -0.5, nameof(MetricVerdict.Better))]
    [InlineData(false, 0.5, nameof(MetricVerdict.Worse))]
    public void The_direction_of_the_metric_decides_what_is_better(bool higherIsBetter, double difference, string verdict)
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
    public void Deviations_combine_as_those_of_independent_values(double? a, double? b, double difference, string verdict)
    {
        MetricValue metric = ExampleReport.RPrecision with { Deviation = a };

        Assert.Equal(verdict, $"{Compare(metric, metric with { Value = metric.Value + difference, Deviation = b }).Verdict}");
    }

    [Fact]
    public void Version_seed_and_model_are_listed_and_do_not_prevent_comparison()
    {
        EvaluationReport other = s_report with
        {
            Version = "0.3.0",
            Created = DateTimeOffset.UnixEpoch,
            Seed = 8,
            Subject = new(SubjectKind.Untrained, "untrained generator", null, 256, null, null),
            Metrics = [ExampleReport.Fid with { Value = 180 }, .. s_report.Metrics.Skip(1)],
        };

        var comparison = ReportComparison.Of(s_report, other);

        Assert.Equal(
            ["subject", "subject checksum", "training steps", "truncation", "seed", "AttnGan version"],
            comparison.Conditions.Where(condition => condition.Differs).Select(condition => condition.Name));
        Assert.Contains(new Condition("seed", "7654321", "8"), comparison.Conditions);
        Assert.Contains(new Condition("truncation", "0.9", null), comparison.Conditions);
        Assert.Equal(MetricVerdict.Worse, comparison.Metrics[0].Verdict);
    }

    [Fact]
    public void No_metric_is_comparable_over_different_data()
    {
        var comparison = ReportComparison.Of(s_report, s_report with { Data = s_report.Data with { Checksum = "other" } });

        Assert.All(comparison.Metrics, metric => AssertRefused("different data", metric));
        Assert.Equal("data checksum", Assert.Single(comparison.Conditions, condition => condition.Differs).Name);
    }

    [Fact]
    public void No_metric_is_comparable_over_different_image_sizes()
    {
        var comparison = ReportComparison.Of(s_report, s_report with { Subject = s_report.Subject with { ImageSize = 128 } });

        Assert.All(comparison.Metrics, metric => AssertRefused("different image sizes", metric));
        Assert.Equal(new("image size", "256 pixels", "128 pixels"), Assert.Single(comparison.Conditions, condition => condition.Differs));
    }

    [Fact]
    public void The_crop_scale_matters_to_metrics_of_real_images()
    {
        EvaluationReport Cropped(double? scale, SubjectKind kind = SubjectKind.Model) => s_report with
        {
            Data = s_report.Data with { CropScale = scale },
            Subject = s_report.Subject with { Kind = kind },
        };
        var generated = ReportComparison.Of(Cropped(1), Cropped(1.1875));
        var real = ReportComparison.Of(Cropped(1, SubjectKind.Real), Cropped(1.1875, SubjectKind.Real));

        Assert.Equal(new("crop scale of real images", "1", "1.188"), Assert.Single(generated.Conditions, condition => condition.Differs));
        foreach (MetricComparison metric in generated.Metrics)
        {
            if (metric.A!.Name is "fid" or "coverage")
            {
                AssertRefused("different crops of real images", metric);
            }
            else
            {
                Assert.Equal(MetricVerdict.Equal, metric.Verdict);
            }
        }

        Assert.All(real.Metrics, metric => AssertRefused("different crops of real images", metric));
        Assert.DoesNotContain(MetricVerdict.NotComparable, Verdicts(ReportComparison.Of(Cropped(null), Cropped(1))));
    }

    [Fact]
    public void Other_reference_statistics_matter_to_the_Frechet_distance_only()
    {
        var comparison = ReportComparison.Of(s_report, s_report with { Data = s_report.Data with { Reference = new string('e', 64) } });

        Assert.Equal("reference statistics", Assert.Single(comparison.Conditions, condition => condition.Differs).Name);
        AssertRefused("different reference statistics", comparison.Metrics[0]);
        Assert.All(comparison.Metrics.Skip(1), metric => Assert.Equal(MetricVerdict.Equal, metric.Verdict));
    }

    [Fact]
    public void Another_network_matters_to_its_metrics_only()
    {
        ReportComparison With(EvaluationNetwork features, EvaluationNetwork damsm) =>
            ReportComparison.Of(s_report, s_report with { Networks = [features, damsm] });
        ReportComparison other = With(ExampleReport.Features, ExampleReport.Damsm with { Checksum = "other" });
        ReportComparison otherwise = With(ExampleReport.Features with { Description = "64 pixels" }, ExampleReport.Damsm);
        ReportComparison renamed = With(ExampleReport.Features with { Name = "the same weights" }, ExampleReport.Damsm);

        Assert.Equal([MetricVerdict.Equal, MetricVerdict.NotComparable, MetricVerdict.Equal, MetricVerdict.NotComparable], Verdicts(other));
        AssertRefused("different evaluation networks (damsm)", other.Metrics[1]);
        Assert.Equal(
            [MetricVerdict.NotComparable, MetricVerdict.Equal, MetricVerdict.NotComparable, MetricVerdict.Equal], Verdicts(otherwise));
        AssertRefused("different settings of the network `features`", otherwise.Metrics[0]);
        Assert.DoesNotContain(MetricVerdict.NotComparable, Verdicts(renamed));
        Assert.Equal("features: network", Assert.Single(renamed.Conditions, condition => condition.Differs).Name);
    }

    [Fact]
    public void Metrics_of_different_networks_or_meanings_are_not_comparable()
    {
        MetricValue fid = ExampleReport.Fid;

        AssertRefused("different evaluation networks (features, damsm)", Compare(fid, fid with { Network = "damsm" }));
        AssertRefused("different evaluation networks (features, none)", Compare(fid, fid with { Network = null }));
        AssertRefused("different metrics of the same name", Compare(fid, fid with { HigherIsBetter = true }));
        AssertRefused("different metrics of the same name", Compare(fid, fid with { IsShare = true }));
        AssertRefused("the value of A is not finite", Compare(fid with { Value = double.NaN }, fid));
        AssertRefused(
            "the value of both is not finite", Compare(fid with { Value = double.NaN }, fid with { Value = double.PositiveInfinity }));
        AssertRefused(
            "different evaluation networks (features, none); the value of B is not finite",
            Compare(fid, fid with { Network = null, Value = double.NaN }));
    }

    [Fact]
    public void Different_counts_are_comparable_only_over_the_same_number_of_images()
    {
        EvaluationReport fewer = s_report with
        {
            Count = 50,
            Metrics = [ExampleReport.Fid with { Count = 50 }, ExampleReport.RPrecision],
        };

        IReadOnlyList<MetricComparison> metrics = ReportComparison.Of(s_report, fewer).Metrics;
        MetricComparison sameNumber = Compare(ExampleReport.Coverage, ExampleReport.Coverage with { Value = 0.5, Count = 812 });

        AssertRefused("computed over 1,000 and 50", metrics[0]);
        Assert.Equal((MetricVerdict.Equal, null), (metrics[1].Verdict, metrics[1].Remark));
        Assert.Equal((MetricVerdict.Better, "computed over 1,000 and 812"), (sameNumber.Verdict, sameNumber.Remark));
    }

    [Fact]
    public void Metrics_are_matched_by_name_and_those_of_one_report_are_listed()
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
