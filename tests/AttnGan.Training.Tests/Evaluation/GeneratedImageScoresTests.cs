using AttnGan.Training.Evaluation;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Runs;
using AttnGan.Training.Tests.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation;

[WithoutCollections]
public sealed class GeneratedImageScoresTests
{
    private const int Images = 40;
    private const int Width = 16;

    [Fact]
    public void Drawings_that_are_as_the_real_images_are_at_no_distance_from_them()
    {
        ValidationResult result = Measure(real => real);

        Assert.Equal(0, Value(result, "x_fd"), 1e-6);
        Assert.Equal(Value(result, "x_r_precision"), result.Quality!.Value, 1e-6);
    }

    [Fact]
    public void One_and_the_same_average_image_loses_half()
    {
        ValidationResult result = Measure(real => real.mean([0], keepdim: true).expand(Images, Width));

        Assert.Equal(Value(result, "x_r_precision") - 0.5, result.Quality!.Value, 1e-6);
    }

    [Fact]
    public void Quality_falls_with_distance_and_does_not_ask_for_the_scale_of_features()
    {
        double near = Measure(real => real + 1).Quality!.Value;
        double far = Measure(real => real + 2).Quality!.Value;

        Assert.True(near > far);
        Assert.Equal(
            Value(Measure(real => real + 1), "x_fd") * 100, Value(Measure(real => real + 10, scale: 10), "x_fd"), 1e-3);
        Assert.Equal(near, Measure(real => real + 10, scale: 10).Quality!.Value, 1e-6);
    }

    [Fact]
    public void Features_that_are_no_numbers_are_a_figure_that_stops_the_training()
    {
        ValidationResult result = Measure(real => real * double.NaN);

        Assert.Equal(double.NaN, Value(result, "x_fd"));
        Assert.Null(result.Quality);
    }

    [Fact]
    public void Without_a_caption_of_another_class_the_distance_alone_counts()
    {
        ValidationResult result = Measure(real => real.mean([0], keepdim: true).expand(Images, Width), wrong: []);

        Assert.Equal(["x_fd"], result.Measures.Select(measure => measure.Name));
        Assert.Equal(-0.5, result.Quality!.Value, 1e-6);
    }

    private static ValidationResult Measure(Func<Tensor, Tensor> draw, double scale = 1, int[]? wrong = null)
    {
        using var tiny = new TinyRun();
        using var judge = DamsmEncoders.Load(tiny.Experts(), CPU);
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        Tensor real = (arange(Images * Width).to(float64).view(Images, Width) * 12.9898).sin() * scale;
        var statistics = new FeatureStatistics(Width);
        statistics.Add(real);
        string[] captions = ["a red disc", "a green disc", "a blue disc"];
        using var judged = new GeneratedImageScores(
            judge, "x_", captions, new int[Images], [.. Enumerable.Repeat(wrong ?? [1, 2], Images)], statistics);
        return judged.Measure(draw(real).to(float32));
    }

    private static double Value(ValidationResult result, string name) => result.Measures.Single(measure => measure.Name == name).Value;
}
