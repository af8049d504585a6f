using AttnGan.Imaging;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>How different the images of one caption are: the mean distance over all pairs of them.</summary>
internal static class Diversity
{
    /// <summary>In the features of a network: one minus the cosine.</summary>
    /// <param name="features">(K, D), K at least 2.</param>
    public static double OfFeatures(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        long count = features.shape[0];
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2, nameof(features));
        Tensor unit = Cosine.Normalize(features.to(float64));
        Tensor cosines = matmul(unit, unit.t());
        return 1 - ((cosines.sum() - cosines.trace()).item<double>() / (count * (count - 1)));
    }

    /// <summary>In pixels: the root mean square of the difference, channels from 0 to 1.</summary>
    /// <param name="images">At least 2, of one size.</param>
    public static double OfPixels(IReadOnlyList<RgbImage> images)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(images.Count, 2, nameof(images));
        double sum = 0;
        for (int i = 0; i < images.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                sum += Difference(images[i].Pixels, images[j].Pixels);
            }
        }

        return sum / (images.Count * (images.Count - 1) / 2);
    }

    private static double Difference(byte[] first, byte[] second)
    {
        long squares = 0;
        for (int i = 0; i < first.Length; i++)
        {
            int difference = first[i] - second[i];
            squares += difference * difference;
        }

        return Math.Sqrt((double)squares / first.Length) / 255;
    }
}
