using AttnGan.Inference;

namespace AttnGan.Tests.Inference;

public sealed class ResidualConvolutionTests
{
    // Winograd's sums have terms up to 64 times as large as their results, which are about 1 here: two digits of seven are lost.
    private const double Tolerance = 5e-5;

    [Theory]
    [InlineData(1, 4, 3)]
    [InlineData(5, 4, 3)]
    [InlineData(1, 16, 8)]
    [InlineData(3, 16, 20)]
    [InlineData(2, 20, 33)]
    public void The_first_of_a_block_is_the_gated_convolution(int batch, int size, int width)
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
    public void The_second_of_a_block_adds_the_convolution_to_what_is_there(int batch, int size, int width)
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
    public void Any_number_of_threads_gives_the_same_bits(int batch, int size)
    {
        float[] expected = Run(new Sample(batch, size, 20), threads: 1);
        for (int threads = 2; threads <= 4; threads++)
        {
            Assert.Equal(expected, Run(new Sample(batch, size, 20), threads));
        }
    }

    [Fact]
    public void A_image_has_the_same_bits_alone_and_in_any_batch()
    {
        Sample whole = new(5, 12, 16);
        float[][] results = [.. Run(whole, threads: 1).Chunk(12 * 12 * whole.Inner.Length)];
        for (int image = 0; image < 5; image++)
        {
            Assert.Equal([.. results[image], .. results[5 + image]], Run(whole.Alone(image), threads: 1));
        }
    }

    [Fact]
    public void What_a_workspace_held_before_does_not_matter()
    {
        var workspace = new Workspace(new Workers(1));
        Run(new Sample(3, 20, 33), workspace);

        Assert.Equal(Run(new Sample(1, 4, 3), threads: 1), Run(new Sample(1, 4, 3), workspace));
    }

    /// <summary>What the first layer writes for each image, then what the second does.</summary>
    private static float[] Run(Sample sample, int threads) => Run(sample, new Workspace(new Workers(threads)));

    private static float[] Run(Sample sample, Workspace workspace)
    {
        using var inner = new PinnedContext(sample.Pair.Map.Batch, sample.Pair.Map.Size, sample.Inner.Length);
        sample.First.Run(sample.Pair.Map, inner.Map, workspace);
        float[] first = inner.Values();
        sample.Second.Run(inner.Map, sample.Pair.Map, workspace);
        return [.. first, .. sample.Pair.Values()];
    }

    /// <summary>A residual block and what goes into it: a hidden and a word context, side by side.</summary>
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

        /// <summary>Channels within the block.</summary>
        public int[] Inner { get; }

        /// <summary>Hidden and word context.</summary>
        public PinnedContext Pair { get; }

        /// <summary>The same as it was at first: (B, 2 width, H, W).</summary>
        public double[,,,] PairMap { get; }

        public Sample Alone(int image)
        {
            double[,,,] map = new double[1, PairMap.GetLength(1), PairMap.GetLength(2), PairMap.GetLength(3)];
            foreach ((int b, int c, int y, int x) in NaiveLayers.Places(map))
            {
                map[b, c, y, x] = PairMap[image, c, y, x];
            }

            return new Sample(map, _width);
        }
    }
}
