using AttnGan.Attention;
using AttnGan.Imaging;

namespace AttnGan.Tests.Attention;

public sealed class HeatMapTests
{
    [Theory]
    [InlineData(1, 6, 64)]
    [InlineData(7, 0, 64)]
    [InlineData(3, 3, 100)]
    public void The_brightest_pixels_are_where_the_weight_is(int x, int y, int size)
    {
        RgbImage image = HeatMap.Render(SyntheticAttention.Spot(8, x, y), 0, size);
        Assert.Equal((size, size), (image.Width, image.Height));
        int brightest = Enumerable.Range(0, size * size).MaxBy(i => image.Pixels.Skip(i * 3).Take(3).Sum(channel => channel));
        Assert.Equal((x, y), (brightest % size * 8 / size, brightest / size * 8 / size));
        // Two positions away, the spot has no effect.
        Assert.Equal(HeatMap.ColorAt(0), image.PixelAt((x + 4) % 8 * size / 8, (y + 4) % 8 * size / 8));
    }

    [Fact]
    public void A_map_at_its_original_size_has_the_colors_of_its_weights()
    {
        var attention = new StageAttention(2, 2, ["a"], new[] { 0, 0.1f, 0.2f, 0.4f });
        RgbImage image = HeatMap.Render(attention, 0, 2);
        Assert.Equal(
            [HeatMap.ColorAt(0), HeatMap.ColorAt(0.25f), HeatMap.ColorAt(0.5f), HeatMap.ColorAt(1)],
            [image.PixelAt(0, 0), image.PixelAt(1, 0), image.PixelAt(0, 1), image.PixelAt(1, 1)]);
    }

    [Fact]
    public void Enlarging_is_bilinear()
    {
        RgbImage image = HeatMap.Render(new StageAttention(2, 2, ["a"], new float[] { 0, 1, 0, 1 }), 0, 4);
        for (int y = 0; y < 4; y++)
        {
            Assert.Equal(
                [HeatMap.ColorAt(0), HeatMap.ColorAt(0.25f), HeatMap.ColorAt(0.75f), HeatMap.ColorAt(1)],
                Enumerable.Range(0, 4).Select(x => image.PixelAt(x, y)));
        }
    }

    [Fact]
    public void A_word_without_attention_is_dark_all_over()
    {
        RgbImage image = HeatMap.Render(new StageAttention(2, 2, ["a", "b"], new float[] { 0, 0, 0, 0, 1, 1, 1, 1 }), 0, 8);
        Assert.All(Enumerable.Range(0, 64), i => Assert.Equal(HeatMap.ColorAt(0), image.PixelAt(i % 8, i / 8)));
    }

    [Fact]
    public void Brightness_increases_along_the_color_map()
    {
        Assert.Equal(RgbColor.Parse("#000004"), HeatMap.ColorAt(0));
        Assert.Equal(RgbColor.Parse("#fcffa4"), HeatMap.ColorAt(1));
        double[] brightness = Enumerable.Range(0, 101).Select(i => HeatMap.ColorAt(i / 100f))
            .Select(color => (0.2126 * color.R) + (0.7152 * color.G) + (0.0722 * color.B)).ToArray();
        Assert.All(brightness.Skip(1).Zip(brightness), pair => Assert.True(pair.First > pair.Second));
    }

    [Fact]
    public void An_overlay_is_colored_only_where_the_word_has_attention()
    {
        RgbImage image = SyntheticAttention.Flat(64, new(250, 120, 10));
        byte[] before = image.Pixels.ToArray();
        RgbImage overlay = HeatMap.Overlay(image, SyntheticAttention.Spot(8, 2, 5), 0);
        Assert.Equal((64, 64), (overlay.Width, overlay.Height));
        Assert.Equal(before, image.Pixels);
        RgbColor backdrop = overlay.PixelAt(63, 0);
        Assert.True(backdrop.R == backdrop.G && backdrop.G == backdrop.B, "The image below is gray.");
        for (int y = 0; y < 64; y++)
        {
            for (int x = 0; x < 64; x++)
            {
                // Bilinear: the influence of a position fades towards the centers of its neighbors, where it ends.
                bool reached = x is >= 12 and < 28 && y is >= 36 and < 52;
                bool clear = x is >= 14 and < 26 && y is >= 38 and < 50;
                Assert.True(overlay.PixelAt(x, y) == backdrop ? !clear : reached, $"({x}, {y})");
            }
        }
    }

    [Fact]
    public void The_image_shows_through_where_the_attention_is_largest()
    {
        StageAttention attention = SyntheticAttention.OfShares(0.5f, 0.5f);
        RgbColor onBlack = HeatMap.Overlay(SyntheticAttention.Flat(4, RgbColor.Black), attention, 0).PixelAt(0, 0);
        RgbColor onWhite = HeatMap.Overlay(SyntheticAttention.Flat(4, RgbColor.White), attention, 0).PixelAt(0, 0);
        Assert.Equal((byte)((HeatMap.ColorAt(1).R * HeatMap.OverlayOpacity) + 0.5f), onBlack.R);
        Assert.True(onWhite.R > onBlack.R);
    }

    [Fact]
    public void Overlays_stretch_over_images_of_any_aspect_ratio()
    {
        RgbImage overlay = HeatMap.Overlay(new RgbImage(30, 10), SyntheticAttention.Spot(2, 1, 0), 0);
        Assert.Equal((30, 10), (overlay.Width, overlay.Height));
        Assert.Equal(HeatMap.Cover(0, 1), overlay.PixelAt(29, 0));
        Assert.Equal(HeatMap.Cover(0, 0), overlay.PixelAt(0, 9));
    }

    [Fact]
    public void Arguments_out_of_range_are_rejected()
    {
        StageAttention attention = SyntheticAttention.OfShares(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => HeatMap.Render(attention, 0, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => HeatMap.Render(attention, 1, 8));
    }
}
