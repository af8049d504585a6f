using AttnGan.Training.Evaluation;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Runs;
using AttnGan.Training.Tests.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation;

[WithoutCollections]
public sealed class GeneratedImageScorerTests
{
    private const int Images = 40;
    private const int Width = 16;

    [Fact]
    public void Images_like_the_real_ones_have_a_distance_of_0()
    {
        ValidationResult result = Measure(real => real);

        Assert.Equal(0, Value(result, "x_fd"), 1e-6);
        Assert.Equal(Value(result, "x_r_precision"), result.Quality!.Value, 1e-6);
    }

    [Fact]
    public void The_mean_image_for_every_caption_loses_half()
    {
        ValidationResult result = Measure(real => real.mean([0], keepdim: true).expand(Images, Width));

        Assert.Equal(Value(result, "x_r_precision") - 0.5, result.Quality!.Value, 1e-6);
    }

    [Fact]
    public void Quality_falls_with_distance_and_is_independent_of_the_scale_of_features()
    {
        double near = Measure(real => real + 1).Quality!.Value;
        double far = Measure(real => real + 2).Quality!.Value;

        Assert.True(near > far);
        Assert.Equal(
            Value(Measure(real => real + 1), "x_fd") * 100, Value(Measure(real => real + 10, scale: 10), "x_fd"), 1e-3);
        Assert.Equal(near, Measure(real => real + 10, scale: 10).Quality!.Value, 1e-6);
    }

    [Fact]
    public void NaN_features_give_a_NaN_distance_and_no_quality()
    {
        ValidationResult result = Measure(real => real * double.NaN);

        Assert.Equal(double.NaN, Value(result, "x_fd"));
        Assert.Null(result.Quality);
    }

    [Fact]
    public void Without_captions_of_other_classes_only_the_distance_counts()
    {
        ValidationResult result = Measure(real => real.mean([0], keepdim: true).expand(Images, Width), negatives: []);

        Assert.Equal(["x_fd"], result.Measures.Select(measure => measure.Name));
        Assert.Equal(-0.5, result.Quality!.Value, 1e-6);
    }

    private static ValidationResult Measure(Func<Tensor, Tensor> generate, double scale = 1, int[]? negatives = null)
    {
        using var tiny = new TinyRun();
        using var encoders = DamsmEncoders.Load(tiny.DamsmCheckpoint(), CPU);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        Tensor real = (arange(Images * Width).to(float64).view(Images, Width) * 12.9898).sin() * scale;
        var statistics = new FeatureStatistics(Width);
        statistics.Add(real);
        string[] captions = ["a red disc", "a green disc", "a blue disc"];
        using var scorer = new GeneratedImageScorer(
            encoders, "x_", captions, new int[Images], [.. Enumerable.Repeat(negatives ?? [1, 2], Images)], statistics);
        return scorer.Measure(generate(real).to(float32));
    }

    private static double Value(ValidationResult result, string name) => result.Measures.Single(measure => measure.Name == name).Value;
}
