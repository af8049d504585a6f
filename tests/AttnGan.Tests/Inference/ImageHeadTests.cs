using AttnGan.Inference;

namespace AttnGan.Tests.Inference;

public sealed class ImageHeadTests
{
    [Theory]
    [InlineData(1, 16, 3, 16)]
    [InlineData(3, 16, 20, 32)]
    [InlineData(2, 32, 33, 96)] // with room for a word context
    public void Equals_tanh_of_a_convolution(int batch, int size, int channels, int stride)
    {
        double[,,,] map = NaiveLayers.NormalMap(1, batch, channels, size);
        float[] weight = NaiveLayers.Normal(2, 3 * channels * 9, 1 / Math.Sqrt(9 * channels));
        double[,,,] expected = NaiveLayers.Convolve(weight, null, map);

        float[][] actual = Run(map, weight, stride, threads: 2);

        foreach ((int b, int c, int y, int x) in NaiveLayers.Indices(expected))
        {
            Assert.Equal(Math.Tanh(expected[b, c, y, x]), actual[b][(((y * size) + x) * 3) + c], 1e-6);
        }
    }

    [Fact]
    public void Results_are_bit_identical_with_any_number_of_threads()
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
