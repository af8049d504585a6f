using AttnGan.Attention;
using AttnGan.Imaging;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

public sealed class AttentionGroundingTests
{
    [Fact]
    public void Attention_to_a_color_word_counts_where_the_image_has_the_color()
    {
        // The left quarter of 8 x 8 pixels is red: all of the left column of 4 x 4 blocks.
        RgbImage image = Shapes.Plain(255, 255, 255, 8);
        Shapes.Fill(image, 0, 0, 2, 8, new RgbColor(220, 20, 30));
        byte[] colors = BasicColors.Classify(image);

        Assert.Equal(new AttentionOnMask(1, 0.25), Assert.Single(Measure(4, x => x == 0 ? 1 : 0)));
        Assert.Equal(new AttentionOnMask(0, 0.25), Assert.Single(Measure(4, x => x == 3 ? 1 : 0)));
        Assert.Equal(new AttentionOnMask(0.25, 0.25), Assert.Single(Measure(4, x => 0.3f)));

        // With blocks of 4 x 4 pixels the left ones are half red.
        Assert.Equal(new AttentionOnMask(0.5, 0.25), Assert.Single(Measure(2, x => x == 0 ? 1 : 0)));

        IEnumerable<AttentionOnMask> Measure(int size, Func<int, float> weight)
        {
            float[] maps = [.. Enumerable.Range(0, 3 * size * size).Select(i => i / (size * size) == 1 ? weight(i % size) : 0.1f)];
            return AttentionGrounding.Measure(new StageAttention(2, size, ["a", "red", "thing"], maps), colors, 8);
        }
    }

    [Theory]
    [InlineData(1, "red", 0)] // 1 of 64 pixels is less than 2 %
    [InlineData(2, "red", 1)]
    [InlineData(57, "red", 1)]
    [InlineData(58, "red", 0)] // 58 of 64 pixels are more than 90 %
    [InlineData(30, "green", 0)]
    public void Images_with_too_little_or_too_much_of_the_color_do_not_count(int pixels, string word, int samples)
    {
        RgbImage image = Shapes.Plain(255, 255, 255, 8);
        for (int i = 0; i < pixels; i++)
        {
            Shapes.Fill(image, i % 8, i / 8, 1, 1, new RgbColor(220, 20, 30));
        }

        var attention = new StageAttention(2, 4, [word], Enumerable.Repeat(1f, 16).ToArray());

        Assert.Equal(samples, AttentionGrounding.Measure(attention, BasicColors.Classify(image), 8).Count());
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(90, true)]
    [InlineData(91, false)]
    public void Images_with_2_to_90_percent_of_the_color_count(int pixels, bool counts)
    {
        RgbImage image = Shapes.Plain(255, 255, 255, 10);
        for (int i = 0; i < pixels; i++)
        {
            Shapes.Fill(image, i % 10, i / 10, 1, 1, new RgbColor(220, 20, 30));
        }

        var attention = new StageAttention(2, 5, ["red"], Enumerable.Repeat(1f, 25).ToArray());

        Assert.Equal(counts, AttentionGrounding.Measure(attention, BasicColors.Classify(image), 10).Any());
    }

    [Fact]
    public void Rows_and_columns_of_the_map_are_those_of_the_image()
    {
        // Red are the two upper rows of pixels, but for their right half.
        RgbImage image = Shapes.Plain(255, 255, 255, 8);
        Shapes.Fill(image, 0, 0, 4, 2, new RgbColor(220, 20, 30));

        Assert.Equal([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], Enumerable.Range(0, 16).Select(OnColor));

        double OnColor(int position)
        {
            float[] map = new float[16];
            map[position] = 0.4f;
            return Assert.Single(AttentionGrounding.Measure(
                new StageAttention(2, 4, ["red"], map), BasicColors.Classify(image), 8)).Share;
        }
    }

    [Fact]
    public void A_color_counts_once_for_a_caption_and_no_attention_is_not_on_the_color()
    {
        RgbImage image = Shapes.Plain(153, 170, 181, 8);
        Shapes.Fill(image, 0, 0, 8, 2, new RgbColor(220, 20, 30));
        var attention = new StageAttention(2, 1, ["red", "gray", "grey", "red"], new float[] { 0, 0.5f, 0.6f, 0.7f });

        IEnumerable<AttentionOnMask> samples = AttentionGrounding.Measure(attention, BasicColors.Classify(image), 8);

        Assert.Equal([new AttentionOnMask(0, 0.25), new AttentionOnMask(0.75, 0.75)], samples);
    }

    [Fact]
    public void The_grounding_is_the_mean_attention_on_the_color_relative_to_its_mean_area()
    {
        RgbImage image = Shapes.Plain(255, 255, 255, 8);
        Shapes.Fill(image, 0, 0, 2, 8, new RgbColor(220, 20, 30));
        RgbImage half = Shapes.Plain(255, 255, 255, 8);
        Shapes.Fill(half, 0, 0, 4, 8, new RgbColor(30, 60, 220));
        using IMetric metric = AttentionGrounding.Definition.Create(MetricExamples.Context());
        Assert.Empty(metric.Compute());
        EvaluationPair pair = MetricExamples.Pair("a red thing");
        metric.Add(new ImageBatch(
            [pair, pair], [new SubjectImage(image, [Map("red", 1, 0)]), new SubjectImage(image)], features: null));
        metric.Add(new ImageBatch([pair], [new SubjectImage(half, [Map("blue", 0.2f, 0.6f)])], features: null));

        MetricResult[] results = [.. metric.Compute()];

        // Red: 0.5 of the attention (half of its block is red) on 0.25 of the image. Blue: 0.25 on 0.5.
        Assert.Equal(["attention_grounding", "attention_on_color"], results.Select(result => result.Value.Name));
        Assert.Equal([1, 0.375], results.Select(result => Math.Round(result.Value.Value, 6)));
        Assert.Equal([false, true], results.Select(result => result.Value.IsShare));
        Assert.All(results, result => Assert.True(result.Value is { Count: 2, HigherIsBetter: true, Network: null }));
        Assert.Equal(["Attention grounding", "Attention on the named color"], results.Select(result => result.Value.Title));
        Assert.All(results, result => Assert.StartsWith(
            "attention of the last stage to color words, over images with the color on ", result.Value.Note, StringComparison.Ordinal));
        Assert.All(results, result => Assert.Contains("of their pixels (mean 37.5", result.Value.Note));
        Assert.Equal([true, false], results.Select(result => result.Value.Note!.EndsWith("; 1 is chance", StringComparison.Ordinal)));

        static StageAttention Map(string word, float left, float right) => new(2, 2, [word], new[] { left, right, left, right });
    }
}
