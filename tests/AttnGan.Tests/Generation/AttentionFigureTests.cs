using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Tests.Attention;

namespace AttnGan.Tests.Generation;

public sealed class AttentionFigureTests
{
    private const int Margin = 24;
    private static readonly RgbColor s_frame = new(0xc7, 0x3e, 0x4c);

    [Fact]
    public void The_first_row_has_the_images_of_all_stages_in_one_size()
    {
        RgbImage figure = AttentionFigure.Draw(
            SyntheticAttention.Image(0.5f, 0.5f), new AttentionFigureOptions { Title = false, ImageSize = 128 });
        RgbColor[] colors = [new(200, 30, 30), new(30, 200, 30), new(30, 30, 200)];
        for (int i = 0; i < colors.Length; i++)
        {
            int left = Margin + (i * 140);
            Assert.Equal(colors[i], figure.PixelAt(left, Margin));
            Assert.Equal(colors[i], figure.PixelAt(left + 127, Margin + 127));
            Assert.DoesNotContain(colors[i], new[] { figure.PixelAt(left - 1, Margin), figure.PixelAt(left + 128, Margin + 127) });
        }
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(8, 1)]
    [InlineData(9, 2)]
    [InlineData(16, 2)]
    [InlineData(17, 3)]
    public void Words_wrap_after_eight(int words, int rows)
    {
        RgbImage one = AttentionFigure.Draw(SyntheticAttention.Image(Shares(1)));
        RgbImage figure = AttentionFigure.Draw(SyntheticAttention.Image(Shares(words)));
        RgbImage two = AttentionFigure.Draw(SyntheticAttention.Image(Shares(1, 1)), new AttentionFigureOptions { WordsPerRow = 1 });
        // The title may take more lines; apart from it, heights differ by the rows of two stages.
        int rowHeight = (two.Height - one.Height) / 2;
        int titleLines = (figure.Height - one.Height - (2 * (rows - 1) * rowHeight)) / Lettering.LineHeight(new(20, RgbColor.Black, true));
        Assert.InRange(titleLines, 0, 2);
        Assert.Equal(
            one.Height + (2 * (rows - 1) * rowHeight) + (titleLines * Lettering.LineHeight(new(20, RgbColor.Black, true))), figure.Height);
        Assert.Equal((2 * Margin) + Math.Max(792, (Math.Min(words, 8) * 140) - 12), figure.Width);
    }

    [Fact]
    public void The_words_with_the_most_attention_are_framed_at_each_stage()
    {
        // Half of four words: the second and the last.
        RgbImage figure = AttentionFigure.Draw(
            SyntheticAttention.Image(0.1f, 0.4f, 0.2f, 0.3f), new AttentionFigureOptions { Title = false });
        Assert.Equal([false, true, false, true], Enumerable.Range(0, 4).Select(word => Framed(figure, word)));
        RgbImage plain = AttentionFigure.Draw(
            SyntheticAttention.Image(0.1f, 0.4f, 0.2f, 0.3f), new AttentionFigureOptions { Title = false, EmphasizedWords = 0 });
        Assert.All(Enumerable.Range(0, 4), word => Assert.False(Framed(plain, word)));
    }

    [Fact]
    public void The_title_is_above_the_images_and_the_margin_is_empty()
    {
        GeneratedImage image = SyntheticAttention.Image(0.5f, 0.5f);
        RgbImage titled = AttentionFigure.Draw(image);
        RgbImage bare = AttentionFigure.Draw(image, new AttentionFigureOptions { Title = false });
        int titleHeight = titled.Height - bare.Height;
        Assert.Contains(
            Enumerable.Range(0, titled.Width * titleHeight),
            i => titled.PixelAt(i % titled.Width, Margin + (i / titled.Width)) == new RgbColor(0x1f, 0x23, 0x28));
        Assert.All(
            Enumerable.Range(0, titled.Height),
            y => Assert.True(titled.PixelAt(10, y) == RgbColor.White && titled.PixelAt(titled.Width - 10, y) == RgbColor.White));
    }

    [Fact]
    public void Drawing_is_deterministic()
    {
        GeneratedImage image = SyntheticAttention.Image(0.25f, 0.75f);
        Assert.Equal(AttentionFigure.Draw(image).Pixels, AttentionFigure.Draw(image).Pixels);
    }

    [Fact]
    public void An_image_of_one_stage_needs_no_attention()
    {
        GeneratedImage image = SyntheticAttention.Image(1);
        RgbImage figure = AttentionFigure.Draw(
            image with { Stages = [image.Stages[0]], Attention = [] }, new AttentionFigureOptions { Title = false });
        Assert.Equal(image.Stages[0].PixelAt(0, 0), figure.PixelAt(Margin, Margin));
        Assert.InRange(figure.Height, 256, 256 + (3 * Margin));
    }

    [Fact]
    public void Options_out_of_range_are_rejected()
    {
        GeneratedImage image = SyntheticAttention.Image(1);
        AttentionFigureOptions[] rejected =
            [new() { MapSize = 47 }, new() { ImageSize = 0 }, new() { WordsPerRow = 0 }, new() { EmphasizedWords = -1 }];
        Assert.All(rejected, options => Assert.Throws<ArgumentOutOfRangeException>(() => AttentionFigure.Draw(image, options)));
        Assert.Throws<ArgumentException>(() => AttentionFigure.Draw(image with { Stages = [] }));
    }

    private static float[] Shares(params int[] words) => [.. Enumerable.Repeat(1f / words.Sum(), words.Sum())];

    /// <summary>Returns true if the word's cell has a frame at its left side in both stages.</summary>
    private static bool Framed(RgbImage figure, int word)
    {
        int x = Margin + (word * 140) - 1;
        int count = Enumerable.Range(Margin + 256, figure.Height - Margin - 256).Count(y => figure.PixelAt(x, y) == s_frame);
        Assert.Contains(count, new[] { 0, 2 * (128 + 4) });
        return count > 0;
    }
}
