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
    public void Equals_the_equation(int size, int channels, int words)
    {
        Sample sample = new(size, channels, [Caption(1, words), Caption(2, Math.Max(1, words / 2)), Caption(3, words + 1)]);

        sample.AssertEqualsTheEquation();
    }

    [Fact]
    public void A_word_without_weight_has_no_attention_at_all()
    {
        AttendedWords caption = Caption(1, 6);
        caption.Bias[2] = float.NegativeInfinity;
        Sample sample = new(16, 8, [caption]);

        sample.AssertEqualsTheEquation();
        Assert.All(sample.MapOf(0, 2), weight => Assert.Equal(0, weight));
        Assert.All(sample.MapOf(0, 1), weight => Assert.NotEqual(0, weight));
    }

    [Fact]
    public void A_bias_is_the_logarithm_of_a_words_weight()
    {
        // A word that is there twice, with a quarter and three quarters of its weight, is the word itself.
        AttendedWords caption = Caption(1, 3);
        var divided = new AttendedWords(
            [.. caption.Features, .. caption.Features[..Embedding]], [MathF.Log(0.25f), 0, 0, MathF.Log(0.75f)]);
        Sample whole = new(4, 8, [caption]), parts = new(4, 8, [divided]);

        whole.AssertEqualsTheEquation();
        parts.AssertEqualsTheEquation();
        Assert.All(
            whole.MapOf(0, 0).Zip(parts.MapOf(0, 0), parts.MapOf(0, 3)),
            weights => Assert.Equal(weights.First, weights.Second + weights.Third, 1e-6f));
    }

    [Fact]
    public void Weights_sum_to_one_even_where_scores_are_far_apart()
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
    public void Any_number_of_threads_gives_the_same_bits(int size)
    {
        Sample sample = new(size, 20, [Caption(1, 5), Caption(2, 33)]);
        float[] expected = sample.Run(threads: 1);
        for (int threads = 2; threads <= 4; threads++)
        {
            Assert.Equal(expected, sample.Run(threads));
        }
    }

    [Fact]
    public void A_image_has_the_same_bits_alone_beside_others_and_without_maps()
    {
        AttendedWords first = Caption(1, 5), second = Caption(2, 33);
        float[] whole = new Sample(12, 20, [first, second, first]).Run(threads: 1);

        Assert.Equal(new Sample(12, 20, [first]).Run(threads: 1), whole[..(whole.Length / 3)]);
        Assert.Equal(new Sample(12, 20, [first, second, first]).Run(threads: 1, maps: false), whole);
    }

    private static AttendedWords Caption(long seed, int words) => new(NaiveLayers.Normal(seed, words * Embedding), new float[words]);

    private sealed class Sample(int size, int channels, AttendedWords[] captions)
    {
        private readonly double[,,,] _hidden = NaiveLayers.NormalMap(3, captions.Length, channels, size);
        private readonly float[] _weight = NaiveLayers.Normal(4, channels * Embedding, 1 / Math.Sqrt(Embedding));
        private readonly int[] _places = ChannelMap.Of(channels);
        private readonly float[][] _maps = [.. captions.Select(caption => new float[caption.Count * size * size])];

        /// <summary>Attention to a word: (H, W).</summary>
        public float[] MapOf(int image, int word) => _maps[image].AsSpan(word * size * size, size * size).ToArray();

        /// <summary>Hidden and word contexts of all images.</summary>
        public float[] Run(int threads, bool maps = true)
        {
            using PinnedContext contexts = Attend(threads, maps);
            return contexts.Values();
        }

        public void AssertEqualsTheEquation()
        {
            using PinnedContext contexts = Attend(threads: 2, maps: true);
            double[,,,] expected = new double[captions.Length, channels, size, size];
            for (int b = 0; b < captions.Length; b++)
            {
                (AttendedWords caption, int image) = (captions[b], b);
                double[][] keys =
                [
                    .. caption.Features.Chunk(Embedding)
                        .Select(word => NaiveLayers.Linear(_weight, null, [.. word.Select(value => (double)value)])),
                ];
                for (int pixel = 0; pixel < size * size; pixel++)
                {
                    (int y, int x) = Math.DivRem(pixel, size);
                    double[] scores =
                    [
                        .. keys.Select((key, word) =>
                            Math.Exp(key.Select((value, c) => value * _hidden[image, c, y, x]).Sum() + caption.Bias[word])),
                    ];
                    double total = scores.Sum();
                    for (int word = 0; word < scores.Length; word++)
                    {
                        double weight = scores[word] / total;
                        Assert.Equal(weight, _maps[b][(word * size * size) + pixel], 1e-5);
                        for (int c = 0; c < channels; c++)
                        {
                            expected[b, c, y, x] += weight * keys[word][c];
                        }
                    }

                    Assert.Equal(1, Enumerable.Range(0, scores.Length).Sum(word => (double)_maps[image][(word * size * size) + pixel]), 1e-6);
                }
            }

            contexts.AssertHolds(_hidden, _places, tolerance: 0);
            contexts.AssertHolds(expected, _places, tolerance: 5e-6, start: _places.Length);
        }

        private PinnedContext Attend(int threads, bool maps)
        {
            int stride = 2 * _places.Length;
            var contexts = new PinnedContext(_hidden, _places, stride, WordAttention.Slack(stride));
            new WordAttention(_weight, channels, Embedding).Run(
                contexts.Map, captions, maps ? _maps : null, new Workspace(new Workers(threads)));
            return contexts;
        }
    }
}
