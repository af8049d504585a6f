using AttnGan.Imaging;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Subjects;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

[WithoutCollections]
public sealed class DiversityTests
{
    [Fact]
    public void Diversity_is_the_mean_over_all_pairs()
    {
        using DisposeScope scope = NewDisposeScope();
        RgbImage black = Shapes.Plain(0, 0, 0), gray = Shapes.Plain(51, 51, 51), white = Shapes.Plain(255, 255, 255);

        Assert.Equal((0.2 + 1.0 + 0.8) / 3, Diversity.OfPixels([black, gray, white]), 1e-12);
        Assert.Equal(0, Diversity.OfPixels([gray, gray]), 1e-12);
        Assert.Equal((1.0 + 1.0 + 2.0) / 3, Diversity.OfFeatures(tensor(new float[,] { { 2, 0 }, { 0, 3 }, { -1, 0 } })), 1e-6);
        Assert.Equal(0, Diversity.OfFeatures(tensor(new float[,] { { 1, 2 }, { 2, 4 } })), 1e-6);
    }

    [Fact]
    public void One_image_has_no_diversity()
    {
        using DisposeScope scope = NewDisposeScope();

        Assert.Throws<ArgumentOutOfRangeException>(() => Diversity.OfPixels([Shapes.Plain(0, 0, 0)]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Diversity.OfFeatures(ones(1, 3)));
    }

    [Fact]
    public void Four_images_of_up_to_32_distinct_captions_are_generated()
    {
        EvaluationPair[] pairs = [.. Enumerable.Range(0, 80).Select(i => MetricExamples.Pair($"caption {i / 2}"))];
        using IMetric metric = Diversity.Definition.Create(MetricExamples.Context(pairs) with { Seed = 100 });

        Assert.Equal(
            Enumerable.Range(0, 32).Select(i => $"caption {i}: 100, 101, 102, 103"),
            metric.ExtraBatches.Select(batch =>
                $"{Assert.Single(batch.Select(request => request.Pair.Caption).Distinct())}: " +
                string.Join(", ", batch.Select(request => request.Seed))));
    }

    [Fact]
    public void Diversity_is_averaged_over_captions_in_features_and_in_pixels()
    {
        using DisposeScope scope = NewDisposeScope();
        SubjectImage black = new(Shapes.Plain(0, 0, 0)), gray = new(Shapes.Plain(51, 51, 51)), white = new(Shapes.Plain(255, 255, 255));
        EvaluationPair[] pairs = [MetricExamples.Pair("a"), MetricExamples.Pair("b")];
        using IMetric metric = Diversity.Definition.Create(MetricExamples.Context(pairs));
        using IMetric withoutFeatures = Diversity.Definition.Create(MetricExamples.Context(pairs));
        metric.AddExtra(new ImageBatch(pairs, [black, white], new FeatureReading(tensor(new float[,] { { 1, 0 }, { 0, 2 } }), null)));
        metric.AddExtra(new ImageBatch(pairs, [black, gray], new FeatureReading(tensor(new float[,] { { 1, 1 }, { -1, -1 } }), null)));
        withoutFeatures.AddExtra(new ImageBatch(pairs, [gray, white], features: null));

        MetricValue[] values = [.. metric.Compute().Select(result => result.Value)];

        Assert.Equal(["diversity_features", "diversity_pixels"], values.Select(value => value.Name));
        Assert.Equal([(1.0 + 2.0) / 2, (1.0 + 0.2) / 2], values.Select(value => Math.Round(value.Value, 6)));
        Assert.Equal([IFeatureNetwork.Role, null], values.Select(value => value.Network));
        Assert.All(values, value => Assert.True(value is { Count: 8, HigherIsBetter: true, IsShare: false }));
        Assert.Equal(["Diversity, features", "Diversity, pixels"], values.Select(value => value.Title));
        Assert.Equal(
            ["1 - cosine", "root mean square difference, channels in [0, 1]"],
            values.Select(value => value.Note!.Replace("4 images of each of 2 captions, all pairs; ", "")));
        MetricValue pixels = MetricExamples.Only(withoutFeatures).Value;
        Assert.Equal(("diversity_pixels", 0.8), (pixels.Name, Math.Round(pixels.Value, 6)));
    }

    [Theory]
    [InlineData(long.MaxValue - 4, null)]
    [InlineData(long.MaxValue - 3, "the seed 9223372036854775804 leaves no room for 4 images of a caption")]
    public void The_seeds_of_all_images_must_exist(long seed, string? obstacle) =>
        Assert.Equal(obstacle, Diversity.Definition.FindObstacle(MetricExamples.Context() with { Seed = seed }));
}
