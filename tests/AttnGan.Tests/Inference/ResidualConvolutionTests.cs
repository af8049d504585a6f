using AttnGan.Inference;

namespace AttnGan.Tests.Inference;

public sealed class ResidualConvolutionTests
{
    // The terms of Winograd's sums are up to 64 times as large as the results, which are about 1: two of seven digits are lost.
    private const double Tolerance = 5e-5;

    [Theory]
    [InlineData(1, 4, 3)]
    [InlineData(5, 4, 3)]
    [InlineData(1, 16, 8)]
    [InlineData(3, 16, 20)]
    [InlineData(2, 20, 33)]
    public void The_first_layer_of_a_block_is_a_gated_convolution(int batch, int size, int width)
    {
        Sample sample = new(batch, size, width);
        using var output = new PinnedContext(batch, size, sample.Inner.Length);

        sample.First.Run(sample.Pair.Map, output.Map, new Workspace(new Workers(2)));

        output.AssertHolds(
            NaiveLayers.Gate(NaiveLayers.Convolve(sample.FirstWeight, sample.FirstBias, sample.PairMap)), sample.Inner, Tolerance);
    }

    [Theory]
    [InlineData(1, 4, 3)]
    [InlineData(5, 4, 3)]
    [InlineData(1, 16, 8)]
    [InlineData(3, 16, 20)]
    [InlineData(2, 20, 33)]
    public void The_second_layer_of_a_block_adds_a_convolution_to_the_output(int batch, int size, int width)
    {
        Sample sample = new(batch, size, width);
        using var input = new PinnedContext(NaiveLayers.NormalMap(5, batch, 2 * width, size), sample.Inner);

        sample.Second.Run(input.Map, sample.Pair.Map, new Workspace(new Workers(2)));

        double[,,,] expected = NaiveLayers.Add(
            NaiveLayers.Convolve(sample.SecondWeight, sample.SecondBias, NaiveLayers.NormalMap(5, batch, 2 * width, size)), sample.PairMap);
        sample.Pair.AssertHolds(expected, ChannelMap.OfPair(width), Tolerance);
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(7, 4)]
    [InlineData(1, 16)]
    [InlineData(3, 16)]
    public void Results_are_bit_identical_with_any_number_of_threads(int batch, int size)
    {
        float[] expected = Run(new Sample(batch, size, 20), threads: 1);
        for (int threads = 2; threads <= 4; threads++)
        {
            Assert.Equal(expected, Run(new Sample(batch, size, 20), threads));
        }
    }

    [Fact]
    public void Results_are_bit_identical_in_any_batch()
    {
        Sample whole = new(5, 12, 16);
        float[][] results = [.. Run(whole, threads: 1).Chunk(12 * 12 * whole.Inner.Length)];
        for (int image = 0; image < 5; image++)
        {
            Assert.Equal([.. results[image], .. results[5 + image]], Run(whole.Alone(image), threads: 1));
        }
    }

    [Fact]
    public void Results_do_not_depend_on_the_previous_content_of_a_workspace()
    {
        var workspace = new Workspace(new Workers(1));
        Run(new Sample(3, 20, 33), workspace);

        Assert.Equal(Run(new Sample(1, 4, 3), threads: 1), Run(new Sample(1, 4, 3), workspace));
    }

    /// <summary>Returns the output of the first layer, then that of the second.</summary>
    private static float[] Run(Sample sample, int threads) => Run(sample, new Workspace(new Workers(threads)));

    private static float[] Run(Sample sample, Workspace workspace)
    {
        using var inner = new PinnedContext(sample.Pair.Map.Batch, sample.Pair.Map.Size, sample.Inner.Length);
        sample.First.Run(sample.Pair.Map, inner.Map, workspace);
        float[] first = inner.Values();
        sample.Second.Run(inner.Map, sample.Pair.Map, workspace);
        return [.. first, .. sample.Pair.Values()];
    }

    /// <summary>A residual block and its input: hidden context and word context.</summary>
    private sealed class Sample
    {
        private readonly int _width;

        public Sample(int batch, int size, int width)
            : this(NaiveLayers.NormalMap(3, batch, 2 * width, size), width)
        {
        }

        private Sample(double[,,,] pairMap, int width)
        {
            _width = width;
            int channels = 2 * width;
            double scale = 1 / Math.Sqrt(9 * channels);
            (FirstWeight, FirstBias) = (NaiveLayers.Normal(1, 2 * channels * channels * 9, scale), NaiveLayers.Normal(2, 2 * channels));
            (SecondWeight, SecondBias) = (NaiveLayers.Normal(3, channels * channels * 9, scale), NaiveLayers.Normal(4, channels));
            Inner = ChannelMap.Of(channels);
            int[] pair = ChannelMap.OfPair(width);
            First = new ResidualConvolution(FirstWeight, FirstBias, pair, ChannelMap.GatedColumns(Inner, channels), gated: true);
            Second = new ResidualConvolution(SecondWeight, SecondBias, Inner, ChannelMap.PlainColumns(pair), gated: false);
            PairMap = pairMap;
            Pair = new PinnedContext(pairMap, pair);
        }

        public ResidualConvolution First { get; }

        public float[] FirstWeight { get; }

        public float[] FirstBias { get; }

        public ResidualConvolution Second { get; }

        public float[] SecondWeight { get; }

        public float[] SecondBias { get; }

        /// <summary>The layout between the layers of the block.</summary>
        public int[] Inner { get; }

        /// <summary>The hidden context and the word context.</summary>
        public PinnedContext Pair { get; }

        /// <summary>The initial values of <see cref="Pair"/>: (B, 2 width, S, S).</summary>
        public double[,,,] PairMap { get; }

        public Sample Alone(int image)
        {
            double[,,,] map = new double[1, PairMap.GetLength(1), PairMap.GetLength(2), PairMap.GetLength(3)];
            foreach ((int b, int c, int y, int x) in NaiveLayers.Indices(map))
            {
                map[b, c, y, x] = PairMap[image, c, y, x];
            }

            return new Sample(map, _width);
        }
    }
}
