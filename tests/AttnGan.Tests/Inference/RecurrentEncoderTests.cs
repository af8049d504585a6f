using AttnGan.Inference;
using AttnGan.Models;

namespace AttnGan.Tests.Inference;

public sealed class RecurrentEncoderTests
{
    private const int WordEmbedding = 9;
    private const int Words = 21;

    [Theory]
    [InlineData(RnnKind.Lstm, 5, 1)]
    [InlineData(RnnKind.Lstm, 16, 12)]
    [InlineData(RnnKind.Lstm, 19, 13)]
    [InlineData(RnnKind.Lstm, 33, 30)]
    [InlineData(RnnKind.Gru, 5, 1)]
    [InlineData(RnnKind.Gru, 16, 12)]
    [InlineData(RnnKind.Gru, 19, 13)]
    [InlineData(RnnKind.Gru, 33, 30)]
    public void Equals_a_naive_network(RnnKind rnn, int hidden, int length)
    {
        var network = new NaiveNetwork(rnn, hidden);
        int[] ids = [.. Enumerable.Range(0, length).Select(i => (7 + (i * 5)) % Words)];

        TextFeatures actual = network.Encoder().Encode(ids);

        (double[] words, double[] sentence) = network.Encode(ids);
        Assert.Equal(words, actual.Words.Select(value => (double)value), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal(sentence, actual.Sentence.Select(value => (double)value), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Theory]
    [InlineData(RnnKind.Lstm)]
    [InlineData(RnnKind.Gru)]
    public void Encoding_does_not_depend_on_earlier_captions(RnnKind rnn)
    {
        RecurrentEncoder encoder = new NaiveNetwork(rnn, 19).Encoder();
        TextFeatures expected = encoder.Encode([4, 2]);
        encoder.Encode([.. Enumerable.Range(0, 20)]);

        TextFeatures actual = encoder.Encode([4, 2]);

        Assert.Equal(expected.Words, actual.Words);
        Assert.Equal(expected.Sentence, actual.Sentence);
    }

    /// <summary>A network with weights in ONNX's layout, after its specification of LSTM and GRU.</summary>
    private sealed class NaiveNetwork(RnnKind rnn, int hidden)
    {
        private readonly int _gates = rnn == RnnKind.Lstm ? 4 : 3;
        private readonly float[] _embedding = NaiveLayers.Normal(1, Words * WordEmbedding);

        public RecurrentEncoder Encoder()
        {
            ModelArchitecture architecture =
                TinyPackage.Architecture with { Rnn = rnn, WordEmbedding = WordEmbedding, Embedding = 2 * hidden };
            ModelPackage package = TinyPackage.Of(
                architecture,
                TinyPackage.Weight(TensorNames.EmbeddingWeight, _embedding, Words, WordEmbedding),
                TinyPackage.Weight(TensorNames.RnnInputWeight, [.. InputWeight(0), .. InputWeight(1)], 2, _gates * hidden, WordEmbedding),
                TinyPackage.Weight(TensorNames.RnnHiddenWeight, [.. HiddenWeight(0), .. HiddenWeight(1)], 2, _gates * hidden, hidden),
                TinyPackage.Weight(
                    TensorNames.RnnBias,
                    [.. Bias(0, "input"), .. Bias(0, "hidden"), .. Bias(1, "input"), .. Bias(1, "hidden")],
                    2,
                    2 * _gates * hidden));
            return new RecurrentEncoder(new ModelWeights(package, "tiny"), architecture);
        }

        /// <summary>Returns word features, forward and backward ones concatenated, and the sentence feature.</summary>
        public (double[] Words, double[] Sentence) Encode(int[] ids)
        {
            double[][] forward = Read(ids, 0);
            double[][] backward = [.. Read([.. ids.Reverse()], 1).Reverse()];
            return ([.. forward.Zip(backward, (a, b) => a.Concat(b)).SelectMany(word => word)], [.. forward[^1], .. backward[0]]);
        }

        private double[][] Read(int[] ids, int direction)
        {
            double[] state = new double[hidden], cell = new double[hidden];
            List<double[]> states = [];
            foreach (int id in ids)
            {
                double[] word = [.. _embedding.Skip(id * WordEmbedding).Take(WordEmbedding).Select(value => (double)value)];
                double[] x = NaiveLayers.Linear(InputWeight(direction), Bias(direction, "input"), word);
                double[] h = NaiveLayers.Linear(HiddenWeight(direction), Bias(direction, "hidden"), state);
                double[] next = new double[hidden];
                for (int i = 0; i < hidden; i++)
                {
                    if (rnn == RnnKind.Lstm)
                    {
                        // i, o, f, c
                        cell[i] = (NaiveLayers.Sigmoid(Sum(2)) * cell[i]) + (NaiveLayers.Sigmoid(Sum(0)) * Math.Tanh(Sum(3)));
                        next[i] = NaiveLayers.Sigmoid(Sum(1)) * Math.Tanh(cell[i]);
                    }
                    else
                    {
                        // z, r, h; linear_before_reset
                        double update = NaiveLayers.Sigmoid(Sum(0));
                        double candidate = Math.Tanh(x[(2 * hidden) + i] + (NaiveLayers.Sigmoid(Sum(1)) * h[(2 * hidden) + i]));
                        next[i] = ((1 - update) * candidate) + (update * state[i]);
                    }

                    double Sum(int gate) => x[(gate * hidden) + i] + h[(gate * hidden) + i];
                }

                states.Add(state = next);
            }

            return [.. states];
        }

        private float[] InputWeight(int direction) => NaiveLayers.Normal(10 + direction, _gates * hidden * WordEmbedding, 0.5);

        private float[] HiddenWeight(int direction) => NaiveLayers.Normal(20 + direction, _gates * hidden * hidden, 1 / Math.Sqrt(hidden));

        private float[] Bias(int direction, string of) => NaiveLayers.Normal((of == "input" ? 30 : 40) + direction, _gates * hidden, 0.5);
    }
}
