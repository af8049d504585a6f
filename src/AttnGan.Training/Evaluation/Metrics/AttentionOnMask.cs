namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>The share of the attention to a word that lies on a part of the image.</summary>
/// <param name="Share">Share of the attention.</param>
/// <param name="Area">Share of the pixels that are in the part, which is the expected value of uniform attention.</param>
internal sealed record AttentionOnMask(double Share, double Area)
{
    /// <summary>Weights the attention of each position by the share of its block of pixels that is in the part.</summary>
    /// <param name="map">(S, S) attention to a word.</param>
    /// <param name="coverage">(S, S): <see cref="Coverage"/> of the part.</param>
    /// <param name="area">Share of the image's pixels that are in the part.</param>
    public static AttentionOnMask Measure(ReadOnlySpan<float> map, double[] coverage, double area)
    {
        double inside = 0;
        double total = 0;
        for (int block = 0; block < map.Length; block++)
        {
            inside += map[block] * coverage[block];
            total += map[block];
        }

        return new AttentionOnMask(total > 0 ? inside / total : 0, area);
    }

    /// <summary>Returns the share of each position's block of pixels that is in a part of the image.</summary>
    /// <param name="mask">True for each pixel that is in the part.</param>
    /// <param name="width">Width of the image.</param>
    /// <param name="size">S: side of the attention map, not larger than the image.</param>
    /// <returns>(S, S).</returns>
    public static double[] Coverage(ReadOnlySpan<bool> mask, int width, int size)
    {
        int height = mask.Length / width;
        double[] covered = new double[size * size];
        int[] all = new int[size * size];
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                int block = (y * size / height * size) + (x * size / width);
                all[block]++;
                covered[block] += mask[(y * width) + x] ? 1 : 0;
            }
        }

        for (int block = 0; block < covered.Length; block++)
        {
            covered[block] /= all[block];
        }

        return covered;
    }

    /// <summary>Returns the share of pixels that are in a part of the image.</summary>
    public static double AreaOf(ReadOnlySpan<bool> mask) => (double)mask.Count(true) / mask.Length;
}
