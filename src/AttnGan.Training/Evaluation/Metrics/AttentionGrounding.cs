using AttnGan.Attention;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>Whether the attention to a color's word lies where the image has that color.</summary>
internal static class AttentionGrounding
{
    /// <summary>Images with less of a color say nothing: a few pixels are chance.</summary>
    public const double MinArea = 0.02;

    /// <summary>Images with more of a color say nothing: attention cannot miss it.</summary>
    public const double LargestArea = 0.9;

    /// <summary>One reading for each different color word of the caption that covers a fit part of the image.</summary>
    /// <param name="attention">Of the last refinement stage: its map is no larger than the image.</param>
    /// <param name="colors">Of each pixel of the image, from <see cref="BasicColors.Classify(Imaging.RgbImage)"/>.</param>
    /// <param name="width">Side of the image.</param>
    public static IEnumerable<ColorAttention> Measure(StageAttention attention, byte[] colors, int width)
    {
        var seen = new HashSet<int>();
        for (int word = 0; word < attention.Words.Count; word++)
        {
            if (BasicColors.IndexOf(attention.Words[word]) is { } color && seen.Add(color) &&
                Read(attention, word, color, colors, width) is { Area: >= MinArea and <= LargestArea } reading)
            {
                yield return reading;
            }
        }
    }

    /// <summary>A pixel of the map covers a block of the image: its attention counts by the share of the block that has the color.</summary>
    private static ColorAttention Read(StageAttention attention, int word, int color, byte[] colors, int width)
    {
        int size = attention.Size;
        int height = colors.Length / width;
        int[] covered = new int[size * size];
        int[] all = new int[size * size];
        int area = 0;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int block = (y * size / height * size) + (x * size / width);
                int has = colors[(y * width) + x] == color ? 1 : 0;
                all[block]++;
                covered[block] += has;
                area += has;
            }
        }

        ReadOnlySpan<float> map = attention.MapOf(word);
        double on = 0;
        double total = 0;
        for (int block = 0; block < map.Length; block++)
        {
            on += map[block] * ((double)covered[block] / all[block]);
            total += map[block];
        }

        return new ColorAttention(total > 0 ? on / total : 0, (double)area / colors.Length);
    }
}

/// <param name="OnColor">Share of the attention to a color's word that lies on pixels of that color.</param>
/// <param name="Area">Share of the pixels that have that color: what attention that does not look would give.</param>
internal sealed record ColorAttention(double OnColor, double Area);
