using AttnGan.Attention;
using AttnGan.Imaging;
using AttnGan.Training.Evaluation.Metrics;

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

        Assert.Equal(new ColorAttention(1, 0.25), Assert.Single(Measure(4, x => x == 0 ? 1 : 0)));
        Assert.Equal(new ColorAttention(0, 0.25), Assert.Single(Measure(4, x => x == 3 ? 1 : 0)));
        Assert.Equal(new ColorAttention(0.25, 0.25), Assert.Single(Measure(4, x => 0.3f)));

        // With blocks of 4 x 4 pixels the left ones are half red.
        Assert.Equal(new ColorAttention(0.5, 0.25), Assert.Single(Measure(2, x => x == 0 ? 1 : 0)));

        IEnumerable<ColorAttention> Measure(int size, Func<int, float> weight)
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
}
