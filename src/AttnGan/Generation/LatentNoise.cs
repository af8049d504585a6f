using AttnGan.Models;

namespace AttnGan.Generation;

/// <summary>The generator's input <see cref="TensorNames.Noise"/>: z, then the style, one-hot.</summary>
internal static class LatentNoise
{
    /// <summary>Returns the input of a seed.</summary>
    /// <param name="seed">Any number.</param>
    /// <param name="width">Z: width of the noise vector.</param>
    /// <param name="styles">Number of styles; 0 for none.</param>
    /// <param name="style">The index of the style; null for the one that the seed chooses.</param>
    /// <param name="truncation">The largest magnitude in z.</param>
    /// <returns>(Z + styles).</returns>
    public static float[] Of(long seed, int width, int styles, int? style = null, double truncation = double.PositiveInfinity)
    {
        float[] input = new float[width + styles];
        SeededNoise.FillTruncated(seed, SeededNoise.LatentStream, truncation, input.AsSpan(0, width));
        if (styles > 0)
        {
            input[width + (style ?? StyleOf(seed, styles))] = 1;
        }

        return input;
    }

    /// <summary>Returns the index of the style that a seed chooses: that of the largest of as many values as there are styles.</summary>
    public static int StyleOf(long seed, int styles)
    {
        Span<float> values = stackalloc float[styles];
        SeededNoise.Fill(seed, SeededNoise.StyleStream, values);
        int largest = 0;
        for (int i = 1; i < styles; i++)
        {
            largest = values[i] > values[largest] ? i : largest;
        }

        return largest;
    }
}
