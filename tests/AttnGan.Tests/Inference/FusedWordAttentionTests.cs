using AttnGan.Inference;

namespace AttnGan.Tests.Inference;

public sealed class FusedWordAttentionTests
{
    private const int Embedding = 7;

    [Theory]
    [InlineData(4, 3, 1)]
    [InlineData(4, 3, 31)]
    [InlineData(4, 16, 32)]
    [InlineData(16, 20, 33)]
    [InlineData(12, 40, 5)]
    public void Equals_the_equation_of_the_paper(int size, int channels, int words)
    {
        Sample sample = new(size, channels, [Caption(1, words), Caption(2, Math.Max(1, words / 2)), Caption(3, words + 1)]);

        sample.AssertEqualsEquation();
    }

    [Theory]
    [InlineData(4, 3, 1)]
    [InlineData(4, 3, 31)]
    [InlineData(16, 20, 32)]
    [InlineData(12, 40, 5)]
    public void Equals_the_softmax_of_cosines(int size, int channels, int words)
    {
        var cosine = new CosineWeights(
            NaiveLayers.Normal(5, channels * Embedding, 1 / Math.Sqrt(Embedding)),
            NaiveLayers.Normal(6, channels, 1 / Math.Sqrt(channels)),
            Temperature: 7);
        Sample sample = new(size, channels, [Caption(1, words), Caption(2, Math.Max(1, words / 2)), Caption(3, words + 1)], cosine);

        sample.AssertEqualsEquation();
        Assert.Equal(sample.Run(threads: 1), sample.Run(threads: 3));
    }

    [Fact]
    public void A_hidden_context_of_zero_has_the_same_cosine_with_all_words_and_the_null_key()
    {
        var cosine = new CosineWeights(NaiveLayers.Normal(5, 8 * Embedding), NaiveLayers.Normal(6, 8), Temperature: 7);
        Sample sample = new(4, 8, [Caption(1, 3)], cosine, isHiddenZero: true);

        sample.Run(threads: 1);

        Assert.All(Enumerable.Range(0, 3).SelectMany(word => sample.MapOf(0, word)), weight => Assert.Equal(0.25, weight, 1e-6));
    }

    [Fact]
    public void A_word_with_a_bias_of_minus_infinity_has_no_attention()
    {
        AttendedWords caption = Caption(1, 6);
        caption.Bias[2] = float.NegativeInfinity;
        Sample sample = new(16, 8, [caption]);

        sample.AssertEqualsEquation();
        Assert.All(sample.MapOf(0, 2), weight => Assert.Equal(0, weight));
        Assert.All(sample.MapOf(0, 1), weight => Assert.NotEqual(0, weight));
    }

    [Fact]
    public void A_bias_is_the_logarithm_of_a_prior_weight()
    {
        // A word that occurs twice, with weights 1/4 and 3/4, is equivalent to the word itself.
        AttendedWords caption = Caption(1, 3);
        var divided = new AttendedWords(
            [.. caption.Features, .. caption.Features[..Embedding]], [MathF.Log(0.25f), 0, 0, MathF.Log(0.75f)]);
        Sample whole = new(4, 8, [caption]), parts = new(4, 8, [divided]);

        whole.AssertEqualsEquation();
        parts.AssertEqualsEquation();
        Assert.All(
            whole.MapOf(0, 0).Zip(parts.MapOf(0, 0), parts.MapOf(0, 3)),
            weights => Assert.Equal(weights.First, weights.Second + weights.Third, 1e-6f));
    }

    [Fact]
    public void Weights_sum_to_one_even_if_scores_are_far_apart()
    {
        AttendedWords caption = Caption(1, 20);
        Sample sample = new(16, 8, [caption with { Features = [.. caption.Features.Select(value => value * 100)] }]);

        sample.Run(threads: 1);

        float[][] maps = [.. Enumerable.Range(0, 20).Select(word => sample.MapOf(0, word))];
        for (int pixel = 0; pixel < 16 * 16; pixel++)
        {
            Assert.Equal(1, maps.Sum(map => (double)map[pixel]), 1e-6);
        }

        Assert.Contains(maps.SelectMany(map => map), weight => weight > 0.999f);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    public void Results_are_bit_identical_with_any_number_of_threads(int size)
    {
        Sample sample = new(size, 20, [Caption(1, 5), Caption(2, 33)]);
        float[] expected = sample.Run(threads: 1);
        for (int threads = 2; threads <= 4; threads++)
        {
            Assert.Equal(expected, sample.Run(threads));
        }
    }

    [Fact]
    public void Results_are_bit_identical_in_any_batch_and_without_maps()
    {
        AttendedWords first = Caption(1, 5), second = Caption(2, 33);
        float[] whole = new Sample(12, 20, [first, second, first]).Run(threads: 1);

        Assert.Equal(new Sample(12, 20, [first]).Run(threads: 1), whole[..(whole.Length / 3)]);
        Assert.Equal(new Sample(12, 20, [first, second, first]).Run(threads: 1, maps: false), whole);
    }

    private static AttendedWords Caption(long seed, int words) => new(NaiveLayers.Normal(seed, words * Embedding), new float[words]);

    private sealed class Sample(
        int size, int channels, AttendedWords[] captions, CosineWeights? cosine = null, bool isHiddenZero = false)
    {
        private readonly double[,,,] _hidden = isHiddenZero
            ? new double[captions.Length, channels, size, size]
            : NaiveLayers.NormalMap(3, captions.Length, channels, size);

        private readonly float[] _weight = NaiveLayers.Normal(4, channels * Embedding, 1 / Math.Sqrt(Embedding));
        private readonly int[] _layout = ChannelMap.Of(channels);
        private readonly float[][] _maps = [.. captions.Select(caption => new float[caption.Count * size * size])];

        /// <summary>Returns the attention to a word: (S, S).</summary>
        public float[] MapOf(int image, int word) => _maps[image].AsSpan(word * size * size, size * size).ToArray();

        /// <summary>Returns the hidden and word contexts of all images.</summary>
        public float[] Run(int threads, bool maps = true)
        {
            using PinnedContext contexts = Attend(threads, maps);
            return contexts.Values();
        }

        public void AssertEqualsEquation()
        {
            using PinnedContext contexts = Attend(threads: 2, maps: true);
            double[,,,] expected = new double[captions.Length, channels, size, size];
            for (int b = 0; b < captions.Length; b++)
            {
                (AttendedWords caption, int image) = (captions[b], b);
                double[][] keys = Project(_weight);
                double[][] values = cosine is null ? keys : Project(cosine.Value.ToArray());
                for (int pixel = 0; pixel < size * size; pixel++)
                {
                    (int y, int x) = Math.DivRem(pixel, size);
                    double[] pixelValues = [.. Enumerable.Range(0, channels).Select(c => _hidden[image, c, y, x])];
                    double[] scores = [.. keys.Select((key, word) => Math.Exp(Score(key, pixelValues) + caption.Bias[word]))];
                    double total = scores.Sum();
                    double nothing = cosine is null ? 0 : Math.Exp(cosine.Temperature * Dot(Doubles(cosine.NullKey), Unit(pixelValues)));
                    total += nothing;
                    for (int word = 0; word < scores.Length; word++)
                    {
                        double weight = scores[word] / total;
                        Assert.Equal(weight, _maps[b][(word * size * size) + pixel], 1e-5);
                        for (int c = 0; c < channels; c++)
                        {
                            expected[b, c, y, x] += weight * values[word][c];
                        }
                    }

                    Assert.Equal(
                        1 - (nothing / total),
                        Enumerable.Range(0, scores.Length).Sum(word => (double)_maps[image][(word * size * size) + pixel]),
                        1e-5);
                }

                double[][] Project(float[] weight) =>
                    [.. caption.Features.Chunk(Embedding).Select(word => NaiveLayers.Linear(weight, null, Doubles(word)))];
            }

            contexts.AssertHolds(_hidden, _layout, tolerance: 0);
            contexts.AssertHolds(expected, _layout, tolerance: 5e-6, start: _layout.Length);
        }

        private double Score(double[] key, double[] pixel) =>
            cosine is null ? Dot(key, pixel) : cosine.Temperature * Dot(Unit(key), Unit(pixel));

        private static double Dot(double[] first, double[] second) => first.Zip(second, (a, b) => a * b).Sum();

        private static double[] Unit(double[] vector) => [.. vector.Select(value => value / Math.Sqrt(Dot(vector, vector)))];

        private static double[] Doubles(float[] values) => [.. values.Select(value => (double)value)];

        private PinnedContext Attend(int threads, bool maps)
        {
            int stride = 2 * _layout.Length;
            var contexts = new PinnedContext(_hidden, _layout, stride, WordAttention.Slack(stride));
            new WordAttention(_weight, channels, Embedding, cosine).Run(
                contexts.Map, captions, maps ? _maps : null, new Workspace(new Workers(threads)));
            return contexts;
        }
    }
}
