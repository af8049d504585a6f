using AttnGan.Imaging;
using AttnGan.Training.Evaluation;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Formats;

namespace AttnGan.Training.Tests.Evaluation;

/// <summary>Figures order what is known to be better and worse, come out the same each time, and are refused where they would say nothing.</summary>
public sealed class EvaluatorTests(ScoredRows rows) : IClassFixture<ScoredRows>
{
    [Theory]
    [InlineData("r_precision", 0.3)]
    [InlineData("caption_similarity", 0.2)]
    [InlineData("image_to_text_r1", 0.03)]
    [InlineData("image_to_text_r5", 0.1)]
    [InlineData("image_to_text_r10", 0.1)]
    [InlineData("text_to_image_r1", 0.03)]
    [InlineData("text_to_image_r5", 0.1)]
    [InlineData("text_to_image_r10", 0.1)]
    [InlineData("color_accuracy", 0.5)]
    public void Right_captions_fit_real_images_better_than_wrong_ones_and_than_noise(string metric, double margin)
    {
        double real = ScoredRows.Value(rows.Real, metric);

        Assert.True(real > ScoredRows.Value(rows.WrongCaptions, metric) + margin, Figures(metric));
        Assert.True(real > ScoredRows.Value(rows.Noise, metric) + margin, Figures(metric));
        Assert.True(real > ScoredRows.Value(rows.Untrained, metric) + margin, Figures(metric));
    }

    [Fact]
    public void Wrong_captions_find_their_image_as_often_as_chance() =>
        Assert.InRange(ScoredRows.Value(rows.WrongCaptions, "r_precision"), 0, 0.06);

    [Fact]
    public void Real_images_are_nearest_to_themselves_then_the_models_then_noise_and_untrained_ones()
    {
        double[] distances = [.. new[] { rows.Real, rows.Model, rows.Noise }.Select(report => ScoredRows.Value(report, "fid"))];

        Assert.Equal(distances.Order(), distances);
        Assert.InRange(distances[2], 4 * distances[1], double.MaxValue);
        Assert.InRange(ScoredRows.Value(rows.Untrained, "fid"), 4 * distances[1], double.MaxValue);
        Assert.Equal(distances[0], ScoredRows.Value(rows.WrongCaptions, "fid"), 1e-9); // the same images
    }

    [Fact]
    public void Real_images_are_of_more_classes_than_noise_and_untrained_ones()
    {
        double real = ScoredRows.Value(rows.Real, "inception_score");

        Assert.InRange(ScoredRows.Value(rows.Noise, "inception_score"), 1, 0.7 * real);
        Assert.InRange(ScoredRows.Value(rows.Untrained, "inception_score"), 1, 0.7 * real);
    }

    [Fact]
    public void The_trained_model_beats_noise_and_the_untrained_one()
    {
        foreach (string metric in (string[])["r_precision", "caption_similarity", "color_accuracy"])
        {
            Assert.True(ScoredRows.Value(rows.Model, metric) > ScoredRows.Value(rows.Noise, metric) + 0.1, Figures(metric));
            Assert.True(ScoredRows.Value(rows.Model, metric) > ScoredRows.Value(rows.Untrained, metric) + 0.1, Figures(metric));
        }
    }

    [Theory]
    [InlineData("diversity_features")]
    [InlineData("diversity_pixels")]
    public void Less_noise_is_less_diversity(string metric) =>
        Assert.InRange(ScoredRows.Value(rows.Tame, metric), 0, 0.5 * ScoredRows.Value(rows.Model, metric));

    [Fact]
    public void The_trained_models_attention_looks_at_the_color()
    {
        // How much more is measured on constructed maps (ImageMetricsTests).
        Assert.InRange(ScoredRows.Value(rows.Model, "attention_grounding"), 1.02, 3);
        Assert.InRange(ScoredRows.Value(rows.Model, "attention_on_color"), 0.2, 1);
    }

    [Fact]
    public void The_same_command_finds_the_same_figures_with_and_without_kept_statistics()
    {
        EvaluationReport Few(EvaluationOptions options) => rows.Evaluate(SubjectKind.Model, _ => options with { Count = 16, Output = rows.Folder("out-few") });
        EvaluationOptions options = rows.Options(SubjectKind.Model);
        EvaluationReport kept = Few(options);
        EvaluationReport anew = Few(options with { Cache = null });
        EvaluationReport other = Few(options with { Seed = 1 });

        Assert.Equal(kept.Metrics, anew.Metrics);
        Assert.NotEqual(kept.Metrics, other.Metrics);
        Assert.Equal(kept.Data, other.Data);
        Assert.Single(Directory.GetFiles(rows.Folder("cache")));
    }

    [Fact]
    public void Real_images_are_cut_as_asked_and_the_report_says_how()
    {
        EvaluationReport cut = rows.Evaluate(SubjectKind.Model, options => options with
        {
            CropScale = 1.5,
            Cache = null,
            Output = rows.Folder("out-cut"),
        });

        Assert.Equal(1.5, cut.Data.CropScale);
        Assert.Equal(1, rows.Model.Data.CropScale);
        Assert.NotEqual(ScoredRows.Value(rows.Model, "fid"), ScoredRows.Value(cut, "fid"));
        Assert.Equal(ScoredRows.Value(rows.Model, "r_precision"), ScoredRows.Value(cut, "r_precision"));
    }

    [Fact]
    public void Damaged_statistics_are_taken_again()
    {
        string cache = rows.Folder("damaged-cache");
        EvaluationReport Fid() => rows.Evaluate(
            SubjectKind.Noise, options => options with { Cache = cache, Metrics = [EvaluationMetric.Fid] });
        EvaluationReport first = Fid();
        string file = Assert.Single(Directory.GetFiles(cache));
        byte[] whole = File.ReadAllBytes(file);
        File.WriteAllBytes(file, whole[..^5]);

        Assert.Equal(first.Metrics, Fid().Metrics);
        Assert.Equal(whole, File.ReadAllBytes(file));
    }

    [Fact]
    public void Statistics_that_cannot_be_kept_are_a_warning()
    {
        string file = rows.Folder("no-folder");
        File.WriteAllText(file, "");

        EvaluationResult result = rows.Run(SubjectKind.Noise, options => options with { Cache = file, Metrics = [EvaluationMetric.Fid] });

        Assert.Contains("could not be kept", Assert.Single(result.Warnings));
        Assert.Equal(ScoredRows.Value(rows.Noise, "fid"), ScoredRows.Value(result.Report, "fid"));
    }

    [Fact]
    public void A_report_says_what_it_depends_on()
    {
        EvaluationReport report = rows.Model;

        Assert.Equal((120, 0, SubjectKind.Model, 128), (report.Count, report.Seed, report.Subject.Kind, report.Subject.ImageSize));
        Assert.Equal(FileChecksum.Of(ScoredRows.BundledModel), report.Subject.Checksum);
        Assert.Equal(("sample", "train"), (report.Data.Name, report.Data.Split));
        Assert.Equal(["features", "damsm"], report.Networks.Select(network => network.Role));
        Assert.All(report.Networks, network => Assert.Equal(64, network.Checksum.Length));
        Assert.All(report.Metrics.Where(metric => metric.Network is not null), metric =>
            Assert.Contains(report.Networks, network => network.Role == metric.Network));
        Assert.Null(rows.Model.Subject.Truncation);
        Assert.Equal(0.1, rows.Tame.Subject.Truncation);
        Assert.Contains("another one judges it better", Assert.Single(report.Metrics, metric => metric.Name == "fid").Note);
        Assert.DoesNotContain("another one judges it better", Assert.Single(rows.Real.Metrics, metric => metric.Name == "fid").Note);
        Assert.Empty(report.Skipped);
        Assert.Equal(["attention_grounding", "diversity"], rows.Real.Skipped.Select(skipped => skipped.Name).Order());
    }

    [Fact]
    public void Categories_are_the_groups_of_the_data_and_add_up()
    {
        Assert.Contains("travel-places", rows.Model.Categories.Select(category => category.Name));
        Assert.Equal(120, rows.Model.Categories.Sum(category => category.Count));
        Assert.Equal(
            ScoredRows.Value(rows.Model, "r_precision"),
            rows.Model.Categories.Sum(category => category.Values["r_precision"] * category.Count) / 120,
            1e-9);
    }

    [Fact]
    public void Images_are_kept_with_those_that_fit_best_and_worst()
    {
        EvaluationReport report = rows.Model;

        Assert.Equal((16, 8, 8), (report.Samples.Count, report.Best.Count, report.Worst.Count));
        Assert.Equal(report.Best.Select(image => image.Score).OrderDescending(), report.Best.Select(image => image.Score));
        Assert.Equal(report.Worst.Select(image => image.Score).Order(), report.Worst.Select(image => image.Score));
        Assert.True(report.Best[^1].Score >= report.Worst[^1].Score);
        ScoredImage sample = report.Samples[0];
        string path = Path.Combine(rows.Folder("out-Model"), sample.Image);
        Assert.Equal((sample.Caption, sample.Seed), (ImageMetadata.Read(path)!.Caption, ImageMetadata.Read(path)!.Seed));
        Assert.Equal(128, RgbImage.Load(Path.Combine(rows.Folder("out-Model"), sample.Real!), RgbColor.White).Width);
        Assert.Null(rows.Real.Samples[0].Real);
        Assert.Null(rows.Noise.Samples[0].Seed);
    }

    [Fact]
    public void A_second_DAMSM_measures_all_that_the_first_does()
    {
        EvaluationResult result = rows.Run(SubjectKind.Real, Alone(rows.Judge, rows.Second));
        EvaluationResult alone = rows.Run(SubjectKind.Real, Alone(rows.Second, null));

        string[] names = [.. alone.Report.Metrics.Select(metric => metric.Name)];
        Assert.Equal([.. names, .. names.Select(name => $"{name}_independent")], result.Report.Metrics.Select(metric => metric.Name));
        Assert.All(names, name => Assert.Equal(
            ScoredRows.Value(alone.Report, name), ScoredRows.Value(result.Report, $"{name}_independent")));
        Assert.NotEqual(ScoredRows.Value(result.Report, "r_precision"), ScoredRows.Value(result.Report, "r_precision_independent"));
        Assert.Empty(result.Warnings);

        Assert.Contains("the very one", Assert.Single(rows.Run(SubjectKind.Real, Alone(rows.Judge, rows.Judge)).Warnings));

        static Func<EvaluationOptions, EvaluationOptions> Alone(string damsm, string? independent) => options => options with
        {
            Damsm = damsm,
            Independent = independent,
            Metrics = [EvaluationMetric.RPrecision, EvaluationMetric.Recall],
        };
    }

    [Fact]
    public void What_cannot_be_measured_is_an_error_where_it_was_named()
    {
        Assert.Contains("brings no DAMSM; give one with", Refused(options => options with { Damsm = null, Metrics = [EvaluationMetric.RPrecision] }));
        Assert.Contains("99 captions of other classes; some have only", Refused(options => options with { Split = "validation", Metrics = [EvaluationMetric.RPrecision] }));
        Assert.Contains("10 splits, and there are 9 images", Refused(options => options with { Count = 9, Metrics = [EvaluationMetric.InceptionScore] }));
        Assert.Contains("not drawn", Refused(options => options with { Subject = SubjectKind.Real, Metrics = [EvaluationMetric.Diversity] }));
        Assert.Contains("at least; there would be 1", Refused(options => options with { Count = 1 }));
        Assert.Contains("leaves no room", Refused(options => options with { Seed = long.MaxValue - 5 }));
        Assert.Contains("There is no metric `ssim`", Assert.Throws<AttnGanException>(() => EvaluationMetrics.Parse("ssim")).Message);

        string Refused(Func<EvaluationOptions, EvaluationOptions> change) =>
            Assert.ThrowsAny<AttnGanException>(() => rows.Run(SubjectKind.Model, change)).Message;
    }

    [Fact]
    public void Colors_need_no_network()
    {
        EvaluationReport report = rows.Evaluate(
            SubjectKind.Model, options => options with { Damsm = null, Count = 20, Metrics = [EvaluationMetric.ColorAccuracy] });

        Assert.Equal(["color_accuracy"], report.Metrics.Select(metric => metric.Name));
        Assert.Empty(report.Networks);
        Assert.True(double.IsNaN(report.Samples[0].Score));
        Assert.Empty(report.Best);
    }

    private string Figures(string metric) => string.Join(", ", new[] { rows.Real, rows.WrongCaptions, rows.Noise, rows.Untrained, rows.Model }
        .Select(report => $"{report.Subject.Name} {ScoredRows.Value(report, metric):F3}"));
}
