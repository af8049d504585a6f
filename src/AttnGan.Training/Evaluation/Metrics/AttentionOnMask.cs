using AttnGan.Attention;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>The share of the attention to a word that lies on a part of the image.</summary>
/// <param name="Share">Share of the attention.</param>
/// <param name="Area">Share of the pixels that are in the part, which is the expected value of uniform attention.</param>
internal sealed record AttentionOnMask(double Share, double Area)
{
    /// <summary>Weights the attention of each position by the share of its block of pixels that is in the part.</summary>
    /// <param name="attention">Attention of the last refinement stage, whose map is not larger than the image.</param>
    /// <param name="word">Number of the word.</param>
    /// <param name="mask">True for each pixel that is in the part.</param>
    /// <param name="width">Width of the image.</param>
    public static AttentionOnMask Measure(StageAttention attention, int word, ReadOnlySpan<bool> mask, int width)
    {
        int size = attention.Size;
        int height = mask.Length / width;
        int[] covered = new int[size * size];
        int[] all = new int[size * size];
        int area = 0;
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int block = (y * size / height * size) + (x * size / width);
                int has = mask[(y * width) + x] ? 1 : 0;
                all[block]++;
                covered[block] += has;
                area += has;
            }
        }

        ReadOnlySpan<float> map = attention.MapOf(word);
        double inside = 0;
        double total = 0;
        for (int block = 0; block < map.Length; block++)
        {
            inside += map[block] * ((double)covered[block] / all[block]);
            total += map[block];
        }

        return new AttentionOnMask(total > 0 ? inside / total : 0, (double)area / mask.Length);
    }
}
