using AttnGan.Attention;
using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Text;

namespace AttnGan.Tests.Attention;

/// <summary>Attention with known results.</summary>
internal static class SyntheticAttention
{
    /// <summary>Each word has the same weight at all positions: its share.</summary>
    public static StageAttention OfShares(params float[] shares)
    {
        const int Size = 4;
        float[] weights = shares.SelectMany(share => Enumerable.Repeat(share, Size * Size)).ToArray();
        return new StageAttention(2, Size, [.. shares.Select((_, i) => $"word{i}")], weights);
    }

    /// <summary>Two words: the first has all attention at one position, the second everywhere else.</summary>
    public static StageAttention Spot(int size, int x, int y)
    {
        float[] weights = new float[2 * size * size];
        weights.AsSpan(size * size).Fill(1);
        weights[(y * size) + x] = 1;
        weights[(size * size) + (y * size) + x] = 0;
        return new StageAttention(2, size, ["spot", "rest"], weights);
    }

    /// <summary>Three stages in solid colors, from 16 to 64 pixels, with the same shares at both refinement stages.</summary>
    public static GeneratedImage Image(params float[] shares)
    {
        StageAttention attention = OfShares(shares);
        return new GeneratedImage
        {
            Caption = new EncodedCaption(
                string.Join(' ', attention.Words), [.. Enumerable.Range(0, shares.Length)], attention.Words, [], false),
            Seed = 42,
            Stages = [Flat(16, new(200, 30, 30)), Flat(32, new(30, 200, 30)), Flat(64, new(30, 30, 200))],
            Attention = [attention, new StageAttention(3, attention.Size, attention.Words, attention.Weights)],
        };
    }

    public static RgbImage Flat(int size, RgbColor color)
    {
        var image = new RgbImage(size, size);
        image.Fill(0, 0, size, size, color);
        return image;
    }

    public static RgbColor PixelAt(this RgbImage image, int x, int y)
    {
        int at = ((y * image.Width) + x) * 3;
        return new RgbColor(image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]);
    }
}
