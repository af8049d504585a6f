using AttnGan.Imaging;
using AttnGan.Training.Evaluation;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Evaluation.Subjects;
using AttnGan.Training.Formats;
using AttnGan.Training.Tests.Evaluation.Metrics;

namespace AttnGan.Training.Tests.Evaluation;

/// <summary>Metrics rank images of known quality correctly, are deterministic, and are refused where they would be meaningless.</summary>
public sealed class EvaluatorTests(EvaluationFixture fixture) : IClassFixture<EvaluationFixture>
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
    [InlineData("recognition", 0.02)]
    [InlineData("r_precision_same_color", 0.02)]
    public void Real_images_score_higher_than_wrong_captions_noise_and_an_untrained_generator(string metric, double margin)
    {
        double real = EvaluationFixture.Value(fixture.Real, metric);

        Assert.True(real > EvaluationFixture.Value(fixture.WrongCaptions, metric) + margin, Values(metric));
        Assert.True(real > EvaluationFixture.Value(fixture.Noise, metric) + margin, Values(metric));
        Assert.True(real > EvaluationFixture.Value(fixture.Untrained, metric) + margin, Values(metric));
    }

    [Fact]
    public void R_precision_of_wrong_captions_is_chance() =>
        Assert.InRange(EvaluationFixture.Value(fixture.WrongCaptions, "r_precision"), 0, 0.06);

    /// <summary>The small network of the fixture sees colors, by which the bundled model is as good as real images.</summary>
    [Fact]
    public void Frechet_distance_ranks_real_images_and_the_model_before_noise_and_an_untrained_generator()
    {
        double real = EvaluationFixture.Value(fixture.Real, "fid");
        double model = EvaluationFixture.Value(fixture.Model, "fid");

        Assert.InRange(model, 0.5 * real, 4 * real);
        foreach (EvaluationReport worse in (EvaluationReport[])[fixture.Noise, fixture.Untrained])
        {
            Assert.InRange(EvaluationFixture.Value(worse, "fid"), 4 * Math.Max(real, model), double.MaxValue);
        }

        Assert.Equal(real, EvaluationFixture.Value(fixture.WrongCaptions, "fid"), 1e-9); // the same images
    }

    [Fact]
    public void Kernel_distance_and_coverage_rank_real_images_before_the_model_before_noise()
    {
        EvaluationReport[] reports = [fixture.Real, fixture.Model, fixture.Noise];
        double[] distances = [.. reports.Select(report => EvaluationFixture.Value(report, "kid"))];
        double[] coverage = [.. reports.Select(report => EvaluationFixture.Value(report, "coverage"))];

        Assert.InRange(distances[0], -0.01, 0.01); // an unbiased estimate of 0
        Assert.InRange(distances[1], -0.01, distances[2]);
        Assert.Equal(coverage.OrderDescending(), coverage);
        Assert.InRange(EvaluationFixture.Value(fixture.Untrained, "kid"), distances[1], double.MaxValue);
        Assert.InRange(EvaluationFixture.Value(fixture.Untrained, "coverage"), 0, coverage[1]);
        Assert.Equal(1, EvaluationFixture.Value(fixture.Real, "precision")); // the images themselves
    }

    [Fact]
    public void Real_images_of_the_captions_are_the_ceiling_of_recognition()
    {
        double real = EvaluationFixture.Value(fixture.Real, "recognition");

        Assert.Equal(real, EvaluationFixture.Value(fixture.Model, "recognition_real"), 1e-9);
        Assert.Equal(
            EvaluationFixture.Value(fixture.Real, "recognition_r10"), EvaluationFixture.Value(fixture.Model, "recognition_real_r10"), 1e-9);
        Assert.DoesNotContain("recognition_real", fixture.Real.Metrics.Select(metric => metric.Name));
        Assert.InRange(EvaluationFixture.Value(fixture.Model, "recognition_r10"), EvaluationFixture.Value(fixture.Model, "recognition"), 1);
        Assert.Contains("chance is", Assert.Single(fixture.Model.Metrics, metric => metric.Name == "recognition").Note);
        Assert.Contains("same style", Assert.Single(fixture.Real.Metrics, metric => metric.Name == "recognition").Note);
    }

    [Fact]
    public void One_repeated_image_scores_worse_than_real_ones_and_blurred_images_differ()
    {
        EvaluationReport Few(SubjectKind kind) => fixture.Evaluate(kind, options => options with
        {
            Count = 60,
            Metrics = [KernelDistance.Definition, PrecisionRecall.Definition, CaptionSimilarity.Definition],
        });
        (EvaluationReport real, EvaluationReport blurred, EvaluationReport repeated) =
            (Few(SubjectKind.Real), Few(SubjectKind.Blurred), Few(SubjectKind.Repeated));

        // The tiny DAMSM sees 32 pixels and hardly notices the blur; FeatureMetricsOrderTests rank blurred images.
        Assert.NotEqual(EvaluationFixture.Value(real, "kid"), EvaluationFixture.Value(blurred, "kid"));
        Assert.Equal("real images, blurred", blurred.Subject.Name);
        Assert.True(EvaluationFixture.Value(repeated, "kid") > EvaluationFixture.Value(real, "kid"));
        Assert.True(EvaluationFixture.Value(repeated, "coverage") < EvaluationFixture.Value(real, "coverage"));
        Assert.True(EvaluationFixture.Value(repeated, "caption_similarity") < EvaluationFixture.Value(real, "caption_similarity"));
        Assert.Equal(1, EvaluationFixture.Value(repeated, "precision"));
        Assert.InRange(EvaluationFixture.Value(repeated, "precision_recall"), 0, 0.05);
    }

    [Fact]
    public void A_folder_of_images_is_scored_like_the_images_that_it_has()
    {
        // The dataset's own images: color accuracy as measured on them, and nothing that a generator is needed for.
        string folder = fixture.Folder("generated");
        Directory.CreateDirectory(folder);
        string images = Path.Combine(EvaluationFixture.Data, "images");
        foreach (string file in Directory.GetFiles(images, "1f4*-noto.png").Order(StringComparer.Ordinal).Take(12))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        EvaluationResult result = fixture.Run(SubjectKind.Folder, options => options with { Images = folder, Count = null, Damsm = null });

        Assert.Equal((12, SubjectKind.Folder, "generated"), (result.Report.Count, result.Report.Subject.Kind, result.Report.Subject.Name));
        Assert.InRange(EvaluationFixture.Value(result.Report, "color_accuracy"), 0.9, 1);
        Assert.Equal(64, result.Report.Subject.Checksum!.Length);
        Assert.Contains("diversity", result.Report.Skipped.Select(skipped => skipped.Name));
        Assert.NotNull(result.Report.Samples[0].Real);
        Assert.Contains("is more than the 12 images", Assert.Throws<AttnGanException>(() => fixture.Run(
            SubjectKind.Folder, options => options with { Images = folder, Count = 13, Damsm = null })).Message);
    }

    [Fact]
    public void Reference_statistics_of_another_width_or_without_a_distance_are_refused()
    {
        string file = fixture.Folder("statistics.npz");
        File.WriteAllText(file, "");

        string Refused(IReadOnlyList<MetricDefinition> metrics) => Assert.ThrowsAny<AttnGanException>(() => fixture.Run(
            SubjectKind.Noise, options => options with { ReferenceStatistics = file, Metrics = metrics })).Message;

        Assert.Contains("applies to `fid`, which is not measured", Refused([ColorAccuracy.Definition]));
        Assert.Contains("cannot be read as an .npz file", Refused([FrechetDistance.Definition]));
    }

    [Fact]
    public void Inception_score_of_real_images_exceeds_noise_and_an_untrained_generator()
    {
        double real = EvaluationFixture.Value(fixture.Real, "inception_score");

        Assert.InRange(EvaluationFixture.Value(fixture.Noise, "inception_score"), 1, 0.7 * real);
        Assert.InRange(EvaluationFixture.Value(fixture.Untrained, "inception_score"), 1, 0.7 * real);
    }

    [Fact]
    public void The_trained_model_scores_higher_than_noise_and_an_untrained_generator()
    {
        foreach (string metric in (string[])["r_precision", "caption_similarity", "color_accuracy"])
        {
            double model = EvaluationFixture.Value(fixture.Model, metric);
            Assert.True(model > EvaluationFixture.Value(fixture.Noise, metric) + 0.1, Values(metric));
            Assert.True(model > EvaluationFixture.Value(fixture.Untrained, metric) + 0.1, Values(metric));
        }
    }

    // In features, images of a caption differ by their styles, which truncation leaves as they are.
    [Fact]
    public void Truncated_noise_reduces_diversity() => Assert.True(
        EvaluationFixture.Value(fixture.Truncated, "diversity_pixels") < EvaluationFixture.Value(fixture.Model, "diversity_pixels"));

    [Fact]
    public void Attention_to_words_of_the_object_is_measured()
    {
        Assert.InRange(EvaluationFixture.Value(fixture.Model, "attention_on_object"), 0.1, 1);
        Assert.InRange(EvaluationFixture.Value(fixture.Model, "object_grounding"), 0.5, 5);
        Assert.DoesNotContain("object_grounding", fixture.Noise.Metrics.Select(metric => metric.Name));
    }

    [Fact]
    public void Attention_to_words_of_colors_is_measured()
    {
        // Exact values are tested on constructed maps (AttentionGroundingTests).
        Assert.InRange(EvaluationFixture.Value(fixture.Model, "attention_grounding"), 0.9, 3);
        Assert.InRange(EvaluationFixture.Value(fixture.Model, "attention_on_color"), 0.2, 1);
    }

    [Fact]
    public void The_same_options_give_the_same_values_with_and_without_cached_statistics()
    {
        EvaluationReport Few(EvaluationOptions options) =>
            fixture.Evaluate(SubjectKind.Model, _ => options with { Count = 16, Output = fixture.Folder("out-few") });
        EvaluationOptions options = fixture.Options(SubjectKind.Model);
        EvaluationReport cached = Few(options);
        EvaluationReport uncached = Few(options with { Cache = null });
        EvaluationReport other = Few(options with { Seed = 1 });

        Assert.Equal(cached.Metrics, uncached.Metrics);
        Assert.NotEqual(cached.Metrics, other.Metrics);
        Assert.Equal(cached.Data, other.Data);
        Assert.Single(Directory.GetFiles(fixture.Folder("cache")));
    }

    [Fact]
    public void The_crop_scale_applies_to_real_images_and_is_in_the_report()
    {
        EvaluationReport cropped = fixture.Evaluate(SubjectKind.Model, options => options with
        {
            CropScale = 1.5,
            Cache = null,
            Output = fixture.Folder("out-cropped"),
        });

        Assert.Equal(1.5, cropped.Data.CropScale);
        Assert.Equal(1, fixture.Model.Data.CropScale);
        Assert.NotEqual(EvaluationFixture.Value(fixture.Model, "fid"), EvaluationFixture.Value(cropped, "fid"));
        Assert.Equal(EvaluationFixture.Value(fixture.Model, "r_precision"), EvaluationFixture.Value(cropped, "r_precision"));
    }

    [Fact]
    public void Damaged_cached_statistics_are_computed_again()
    {
        string cache = fixture.Folder("damaged-cache");
        EvaluationReport Fid() => fixture.Evaluate(
            SubjectKind.Noise, options => options with { Cache = cache, Metrics = [FrechetDistance.Definition] });
        EvaluationReport first = Fid();
        string file = Assert.Single(Directory.GetFiles(cache));
        byte[] whole = File.ReadAllBytes(file);
        File.WriteAllBytes(file, whole[..^5]);

        Assert.Equal(first.Metrics, Fid().Metrics);
        Assert.Equal(whole, File.ReadAllBytes(file));
    }

    [Fact]
    public void Statistics_that_cannot_be_cached_are_a_warning()
    {
        string file = fixture.Folder("no-folder");
        File.WriteAllText(file, "");

        EvaluationResult result = fixture.Run(
            SubjectKind.Noise, options => options with { Cache = file, Metrics = [FrechetDistance.Definition] });

        Assert.Contains("could not be cached", Assert.Single(result.Warnings));
        Assert.Equal(EvaluationFixture.Value(fixture.Noise, "fid"), EvaluationFixture.Value(result.Report, "fid"), 1e-9);
    }

    [Fact]
    public void A_report_contains_its_conditions()
    {
        EvaluationReport report = fixture.Model;

        Assert.Equal((120, 0, SubjectKind.Model, 128), (report.Count, report.Seed, report.Subject.Kind, report.Subject.ImageSize));
        Assert.Equal(FileChecksum.Of(EvaluationFixture.BundledModel), report.Subject.Checksum);
        Assert.Equal(("sample", "train"), (report.Data.Name, report.Data.Split));
        Assert.Equal(["features", "damsm"], report.Networks.Select(network => network.Role));
        Assert.All(report.Networks, network => Assert.Equal(64, network.Checksum.Length));
        Assert.All(report.Metrics.Where(metric => metric.Network is not null), metric =>
            Assert.Contains(report.Networks, network => network.Role == metric.Network));
        Assert.Null(fixture.Model.Subject.Truncation);
        Assert.Equal(0.1, fixture.Truncated.Subject.Truncation);
        Assert.Contains("inflates its score", Assert.Single(report.Metrics, metric => metric.Name == "fid").Note);
        Assert.DoesNotContain("inflates its score", Assert.Single(fixture.Real.Metrics, metric => metric.Name == "fid").Note);
        Assert.Equal(["retrieval", "shapes_accuracy", "shapes_attention"], report.Skipped.Select(skipped => skipped.Name));
        Assert.Equal(
            ["attention_grounding", "diversity", "shapes_accuracy", "shapes_attention", "word_grounding"],
            fixture.Real.Skipped.Select(skipped => skipped.Name).Order());
    }

    [Fact]
    public void Means_by_category_add_up_to_the_mean_over_all_images()
    {
        Assert.Contains("travel-places", fixture.Model.Categories.Select(category => category.Name));
        Assert.Equal(120, fixture.Model.Categories.Sum(category => category.Count));
        Assert.Equal(
            EvaluationFixture.Value(fixture.Model, "r_precision"),
            fixture.Model.Categories.Sum(category => category.Values["r_precision"] * category.Count) / 120,
            1e-9);
    }

    [Fact]
    public void The_first_the_best_and_the_worst_images_are_in_the_report()
    {
        EvaluationReport report = fixture.Model;

        Assert.Equal((16, 8, 8), (report.Samples.Count, report.Best.Count, report.Worst.Count));
        Assert.Equal(report.Best.Select(image => image.Score).OrderDescending(), report.Best.Select(image => image.Score));
        Assert.Equal(report.Worst.Select(image => image.Score).Order(), report.Worst.Select(image => image.Score));
        Assert.True(report.Best[^1].Score >= report.Worst[^1].Score);
        ScoredImage sample = report.Samples[0];
        string path = Path.Combine(fixture.Folder("out-Model"), sample.Image);
        Assert.Equal((sample.Caption, sample.Seed), (ImageMetadata.Read(path)!.Caption, ImageMetadata.Read(path)!.Seed));
        Assert.Equal(128, RgbImage.Load(Path.Combine(fixture.Folder("out-Model"), sample.Real!), RgbColor.White).Width);
        Assert.Null(fixture.Real.Samples[0].Real);
        Assert.Null(fixture.Noise.Samples[0].Seed);
    }

    [Fact]
    public void The_independent_DAMSM_computes_the_same_metrics_as_the_first()
    {
        EvaluationResult result = fixture.Run(SubjectKind.Real, Alone(fixture.DamsmRun, fixture.IndependentRun));
        EvaluationResult alone = fixture.Run(SubjectKind.Real, Alone(fixture.IndependentRun, null));

        string[] names = [.. alone.Report.Metrics.Select(metric => metric.Name)];
        Assert.Equal([.. names, .. names.Select(name => $"{name}_independent")], result.Report.Metrics.Select(metric => metric.Name));
        Assert.All(names, name => Assert.Equal(
            EvaluationFixture.Value(alone.Report, name), EvaluationFixture.Value(result.Report, $"{name}_independent")));
        Assert.NotEqual(
            EvaluationFixture.Value(result.Report, "r_precision"), EvaluationFixture.Value(result.Report, "r_precision_independent"));
        Assert.Empty(result.Warnings);

        EvaluationResult twice = fixture.Run(SubjectKind.Real, Alone(fixture.DamsmRun, fixture.DamsmRun));
        Assert.Contains("the one that the model was trained with", Assert.Single(twice.Warnings));

        static Func<EvaluationOptions, EvaluationOptions> Alone(string damsm, string? independent) => options => options with
        {
            Damsm = damsm,
            Independent = independent,
            Metrics = [RPrecision.Definition, RecallAtK.Definition],
        };
    }

    [Fact]
    public void A_requested_metric_that_cannot_be_computed_is_an_error()
    {
        Assert.Contains(
            "has no DAMSM; give one with",
            Refused(options => options with { Damsm = null, Metrics = [RPrecision.Definition] }));
        Assert.Contains(
            "each image needs 99 captions of other classes, and some have only",
            Refused(options => options with { Split = "validation", Metrics = [RPrecision.Definition] }));
        Assert.Contains(
            "at least 10 images, one for each of its 10 splits, and there are 9",
            Refused(options => options with { Count = 9, Metrics = [InceptionScore.Definition] }));
        Assert.Contains(
            "not generated",
            Refused(options => options with { Subject = SubjectKind.Real, Metrics = [Diversity.Definition] }));
        Assert.Contains("at least 2 images, and there would be 1", Refused(options => options with { Count = 1 }));
        Assert.Contains("leaves no room", Refused(options => options with { Seed = long.MaxValue - 5 }));
        Assert.Contains("There is no metric `ssim`", Assert.Throws<AttnGanException>(() => MetricRegistry.Parse("ssim")).Message);

        string Refused(Func<EvaluationOptions, EvaluationOptions> change) =>
            Assert.ThrowsAny<AttnGanException>(() => fixture.Run(SubjectKind.Model, change)).Message;
    }

    [Fact]
    public void Color_accuracy_needs_no_network()
    {
        EvaluationReport report = fixture.Evaluate(
            SubjectKind.Model, options => options with { Damsm = null, Count = 20, Metrics = [ColorAccuracy.Definition] });

        Assert.Equal(["color_accuracy"], report.Metrics.Select(metric => metric.Name));
        Assert.Empty(report.Networks);
        Assert.True(double.IsNaN(report.Samples[0].Score));
        Assert.Empty(report.Best);
    }

    [Fact]
    public void A_metric_that_is_not_registered_can_be_computed()
    {
        EvaluationReport report = fixture.Evaluate(
            SubjectKind.Real, options => options with { Count = 20, Metrics = [ColorAccuracy.Definition, Colorfulness.Definition] });

        Assert.Equal(["color_accuracy", "colorfulness"], report.Metrics.Select(metric => metric.Name));
        Assert.InRange(EvaluationFixture.Value(report, "colorfulness"), 10, 150);
        Assert.All(report.Categories, category => Assert.Contains("colorfulness", category.Values.Keys));
    }

    private string Values(string metric)
    {
        EvaluationReport[] reports = [fixture.Real, fixture.WrongCaptions, fixture.Noise, fixture.Untrained, fixture.Model];
        return string.Join(", ", reports.Select(report => $"{report.Subject.Name} {EvaluationFixture.Value(report, metric):F3}"));
    }
}
