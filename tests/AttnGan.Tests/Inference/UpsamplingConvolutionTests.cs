using AttnGan.Inference;

namespace AttnGan.Tests.Inference;

public sealed class UpsamplingConvolutionTests
{
    private const double Tolerance = 3e-6;

    [Theory]
    [InlineData(1, 4, 3, 2)]
    [InlineData(5, 4, 12, 6)]
    [InlineData(1, 16, 16, 8)]
    [InlineData(3, 16, 20, 40)]
    [InlineData(2, 10, 33, 17)]
    public void Equals_upsampling_and_a_gated_convolution(int batch, int size, int inputs, int outputs)
    {
        Sample sample = new(batch, size, ChannelMap.Of(inputs), inputs, outputs);

        using PinnedContext output = sample.Run(threads: 2);

        output.AssertHolds(sample.Expected(), ChannelMap.Of(outputs), Tolerance);
    }

    [Theory]
    [InlineData(1, 4, 3)]
    [InlineData(2, 16, 20)]
    public void Accepts_hidden_context_and_word_context(int batch, int size, int width)
    {
        Sample sample = new(batch, size, ChannelMap.OfPair(width), 2 * width, width);

        using PinnedContext output = sample.Run(threads: 2);

        output.AssertHolds(sample.Expected(), ChannelMap.Of(width), Tolerance);
    }

    [Fact]
    public void Does_not_write_to_the_room_for_a_word_context()
    {
        Sample sample = new(2, 4, ChannelMap.Of(5), 5, 3);

        using PinnedContext output = sample.Run(threads: 1, stride: 32);

        output.AssertHolds(sample.Expected(), ChannelMap.Of(3), Tolerance);
        output.AssertHolds(sample.Expected(), [.. Enumerable.Repeat(-1, 16)], 0, start: 16);
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(7, 4)]
    [InlineData(1, 16)]
    [InlineData(3, 16)]
    public void Results_are_bit_identical_with_any_number_of_threads(int batch, int size)
    {
        Sample sample = new(batch, size, ChannelMap.Of(20), 20, 70);
        using PinnedContext expected = sample.Run(threads: 1);
        for (int threads = 2; threads <= 4; threads++)
        {
            using PinnedContext actual = sample.Run(threads);
            Assert.Equal(expected.Values(), actual.Values());
        }
    }

    private sealed class Sample(int batch, int size, int[] layout, int inputs, int outputs)
    {
        private readonly double[,,,] _map = NaiveLayers.NormalMap(3, batch, inputs, size);
        private readonly float[] _weight = NaiveLayers.Normal(1, 2 * outputs * inputs * 9, 1 / Math.Sqrt(9 * inputs));
        private readonly float[] _bias = NaiveLayers.Normal(2, 2 * outputs);

        public PinnedContext Run(int threads, int? stride = null)
        {
            var layer = new UpsamplingConvolution(_weight, _bias, layout, ChannelMap.GatedColumns(ChannelMap.Of(outputs), outputs));
            using var input = new PinnedContext(_map, layout);
            var output = new PinnedContext(batch, 2 * size, stride ?? ChannelMap.Padded(outputs));
            layer.Run(input.Map, output.Map, new Workspace(new Workers(threads)));
            return output;
        }

        public double[,,,] Expected() => NaiveLayers.Gate(NaiveLayers.Convolve(_weight, _bias, NaiveLayers.Enlarge(_map)));
    }
}
