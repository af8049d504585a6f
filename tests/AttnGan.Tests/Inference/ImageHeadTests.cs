using AttnGan.Inference;

namespace AttnGan.Tests.Inference;

public sealed class ImageHeadTests
{
    [Theory]
    [InlineData(1, 16, 3, 16)]
    [InlineData(3, 16, 20, 32)]
    [InlineData(2, 32, 33, 96)] // a word context's room beside it
    public void Equals_the_tangent_of_a_convolution(int batch, int size, int channels, int stride)
    {
        double[,,,] map = NaiveLayers.NormalMap(1, batch, channels, size);
        float[] weight = NaiveLayers.Normal(2, 3 * channels * 9, 1 / Math.Sqrt(9 * channels));
        double[,,,] expected = NaiveLayers.Convolve(weight, null, map);

        float[][] actual = Run(map, weight, stride, threads: 2);

        foreach ((int b, int c, int y, int x) in NaiveLayers.Places(expected))
        {
            Assert.Equal(Math.Tanh(expected[b, c, y, x]), actual[b][(((y * size) + x) * 3) + c], 1e-6);
        }
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_bits()
    {
        double[,,,] map = NaiveLayers.NormalMap(1, 2, 20, 16);
        float[] weight = NaiveLayers.Normal(2, 3 * 20 * 9);
        float[][] expected = Run(map, weight, 32, threads: 1);
        for (int threads = 2; threads <= 4; threads++)
        {
            Assert.Equal(expected, Run(map, weight, 32, threads));
        }
    }

    private static float[][] Run(double[,,,] map, float[] weight, int stride, int threads)
    {
        using var input = new PinnedContext(map, ChannelMap.Of(map.GetLength(1)), stride);
        float[][] images = [.. Enumerable.Range(0, map.GetLength(0)).Select(_ => new float[3 * map.GetLength(2) * map.GetLength(3)])];
        new ImageHead(weight, map.GetLength(1)).Run(input.Map, images, new Workspace(new Workers(threads)));
        return images;
    }
}
