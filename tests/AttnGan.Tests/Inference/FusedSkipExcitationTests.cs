using AttnGan.Inference;

namespace AttnGan.Tests.Inference;

public sealed class FusedSkipExcitationTests
{
    [Theory]
    [InlineData(4, 3, 5)]
    [InlineData(8, 24, 17)]
    [InlineData(16, 16, 32)]
    public void Equals_the_equation(int source, int sourceChannels, int channels)
    {
        const int Batch = 3, Size = 8;
        float[] squeeze = NaiveLayers.Normal(1, channels * sourceChannels * 16, 0.3);
        float[] excite = NaiveLayers.Normal(2, channels * channels, 0.5);
        double[,,,] map = NaiveLayers.NormalMap(3, Batch, sourceChannels, source);
        double[,,,] hidden = NaiveLayers.NormalMap(4, Batch, channels, Size);
        using var other = new PinnedContext(1, 2 * source, ChannelMap.Padded(sourceChannels));
        using var initial = new PinnedContext(map, ChannelMap.Of(sourceChannels));
        int stride = 2 * ChannelMap.Padded(channels);
        using var contexts = new PinnedContext(hidden, ChannelMap.Of(channels), stride);

        new SkipExcitation(squeeze, excite, source, sourceChannels, channels).Run(
            [other.Map, initial.Map], contexts.Map, new Workspace(new Workers(2)));

        double[,,,] expected = new double[Batch, channels, Size, Size];
        for (int b = 0; b < Batch; b++)
        {
            double[] squeezed = [.. NaiveLayers.Linear(squeeze, null, Pool(map, b)).Select(value => Math.Max(value, 0.1 * value))];
            double[] factors = [.. NaiveLayers.Linear(excite, null, squeezed).Select(NaiveLayers.Sigmoid)];
            Assert.True(factors.Max() - factors.Min() > 0.05, "Equal factors would hide errors.");
            for (int pixel = 0; pixel < Size * Size; pixel++)
            {
                for (int c = 0; c < channels; c++)
                {
                    expected[b, c, pixel / Size, pixel % Size] = factors[c] * hidden[b, c, pixel / Size, pixel % Size];
                }
            }
        }

        contexts.AssertHolds(expected, ChannelMap.Of(channels), tolerance: 1e-5);
    }

    /// <summary>Returns the means of 4 x 4 blocks of an image: (channels, 4, 4).</summary>
    private static double[] Pool(double[,,,] map, int image)
    {
        (int channels, int block) = (map.GetLength(1), map.GetLength(3) / 4);
        double[] pooled = new double[channels * 16];
        foreach ((int b, int c, int y, int x) in NaiveLayers.Indices(map))
        {
            pooled[(c * 16) + (y / block * 4) + (x / block)] += b == image ? map[b, c, y, x] / (block * block) : 0;
        }

        return pooled;
    }
}
