using AttnGan.Imaging;
using AttnGan.Training.Evaluation.Metrics;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

public sealed class ColorAccuracyTests
{
    [Theory]
    [InlineData("a red heart", "red")]
    [InlineData("a grey heart", "gray")]
    [InlineData("a red heart beside a red star", "red")]
    [InlineData("a heart", null)]
    [InlineData("a red heart on a white background", null)]
    public void The_named_color_of_a_caption_is_the_only_color_word_in_it(string caption, string? expected) =>
        Assert.Equal(expected, ColorAccuracy.NamedColor(caption) is { } index ? BasicColors.Names[index] : null);

    [Fact]
    public void The_accuracy_is_the_share_of_images_with_the_named_color_over_captions_that_name_one()
    {
        RgbImage red = Shapes.Plain(220, 20, 30), blue = Shapes.Plain(30, 60, 220);
        using IMetric metric = ColorAccuracy.Definition.Create(MetricExamples.Context());
        metric.Add(MetricExamples.Batch(("a red heart", red), ("a red star", blue), ("a heart", red)));
        metric.Add(MetricExamples.Batch(("a red or blue heart", red), ("a blue star", blue)));

        MetricResult result = MetricExamples.Only(metric);

        Assert.Equal([1, 0, null, null, 1], result.PerImage!);
        Assert.Equal(2 / 3.0, result.Value.Value, 1e-12);
        Assert.Equal(
            new MetricValue(
                "color_accuracy",
                "Color accuracy",
                result.Value.Value,
                Deviation: null,
                HigherIsBetter: true,
                IsShare: true,
                Network: null,
                Count: 3,
                "dominant color of the image, over the captions that name exactly one of eleven colors"),
            result.Value);
    }

    [Theory]
    [InlineData(true, "a heart", "a red star")]
    [InlineData(false, "a heart", "a red or blue star")]
    public void One_caption_must_name_exactly_one_color(bool possible, params string[] captions)
    {
        string? obstacle = ColorAccuracy.Definition.FindObstacle(
            MetricExamples.Context([.. captions.Select(caption => MetricExamples.Pair(caption))]));

        Assert.Equal(possible ? null : "no caption names exactly one color", obstacle);
    }
}
