using AttnGan.Attention;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>Whether the attention to a colour's word lies where the picture has that colour.</summary>
internal static class AttentionGrounding
{
    /// <summary>Pictures with less of a colour say nothing: a few pixels are chance.</summary>
    public const double LeastArea = 0.02;

    /// <summary>Pictures with more of a colour say nothing: attention cannot miss it.</summary>
    public const double LargestArea = 0.9;

    /// <summary>One reading for each different colour word of the caption that covers a fit part of the picture.</summary>
    /// <param name="attention">Of the last refinement stage: its map is no larger than the picture.</param>
    /// <param name="colors">Of each pixel of the picture, from <see cref="BasicColors.Classify(Imaging.RgbImage)"/>.</param>
    /// <param name="width">Side of the picture.</param>
    public static IEnumerable<ColorAttention> Measure(StageAttention attention, byte[] colors, int width)
    {
        var seen = new HashSet<int>();
        for (int word = 0; word < attention.Words.Count; word++)
        {
            if (BasicColors.IndexOf(attention.Words[word]) is { } color && seen.Add(color) &&
                Read(attention, word, color, colors, width) is { Area: >= LeastArea and <= LargestArea } reading)
            {
                yield return reading;
            }
        }
    }

    /// <summary>A pixel of the map covers a block of the picture: its attention counts by the share of the block that has the colour.</summary>
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

/// <param name="OnColor">Share of the attention to a colour's word that lies on pixels of that colour.</param>
/// <param name="Area">Share of the pixels that have that colour: what attention that does not look would give.</param>
internal sealed record ColorAttention(double OnColor, double Area);
