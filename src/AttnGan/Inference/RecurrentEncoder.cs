using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using AttnGan.Models;

namespace AttnGan.Inference;

/// <summary>The bidirectional recurrent text encoder (paper, section 3.2): word features and sentence feature of a caption.</summary>
internal sealed unsafe class RecurrentEncoder
{
    private readonly float[] _embedding; // (V, W)
    private readonly int _wordEmbedding;
    private readonly int _hidden;
    private readonly Direction[] _directions;

    /// <param name="weights">The text encoder's weights.</param>
    /// <param name="architecture">The architecture of the model.</param>
    public RecurrentEncoder(ModelWeights weights, ModelArchitecture architecture)
    {
        _wordEmbedding = architecture.WordEmbedding;
        _hidden = architecture.Embedding / 2;
        int gates = architecture.Rnn == RnnKind.Lstm ? 4 : 3;
        _embedding = weights.Get(TensorNames.EmbeddingWeight).ToArray();
        float[][] input = Halves(weights.Get(TensorNames.RnnInputWeight));
        float[][] hidden = Halves(weights.Get(TensorNames.RnnHiddenWeight));
        float[][] bias = Halves(weights.Get(TensorNames.RnnBias));
        _directions =
        [
            .. Enumerable.Range(0, 2).Select(i =>
                new Direction(architecture.Rnn, _wordEmbedding, _hidden, input[i], hidden[i], bias[i], gates)),
        ];
    }

    /// <summary>Encodes a caption.</summary>
    /// <param name="ids">Word IDs, at least one.</param>
    /// <returns>e: word features (T, D), and E: sentence feature (D).</returns>
    public TextFeatures Encode(IReadOnlyList<int> ids)
    {
        int rows = (ids.Count + Gemm.Rows - 1) / Gemm.Rows * Gemm.Rows;
        var embedded = new PinnedBuffer((long)rows * _wordEmbedding, cleared: true);
        for (int t = 0; t < ids.Count; t++)
        {
            _embedding.AsSpan(ids[t] * _wordEmbedding, _wordEmbedding)
                .CopyTo(new Span<float>(embedded.Pointer + ((long)t * _wordEmbedding), _wordEmbedding));
        }

        int width = 2 * _hidden;
        float[] words = new float[ids.Count * width];
        float[] sentence = new float[width];
        for (int i = 0; i < _directions.Length; i++)
        {
            IEnumerable<int> order = Enumerable.Range(0, ids.Count);
            _directions[i].Run(
                embedded.Pointer,
                rows,
                [.. i == 0 ? order : order.Reverse()],
                words.AsSpan(i * _hidden),
                width,
                sentence.AsSpan(i * _hidden, _hidden));
        }

        GC.KeepAlive(embedded);
        return new TextFeatures(words, sentence);
    }

    private static float[][] Halves(WeightValues values)
    {
        int half = values.Length / 2;
        return [values.ToArray(0, half), values.ToArray(half, half)];
    }

    /// <summary>A direction of the network: LSTM with gates i, o, f, c, or GRU with gates z, r, h, in ONNX's order.</summary>
    internal sealed class Direction
    {
        private readonly RnnKind _kind;
        private readonly int _hidden;
        private readonly int _padded;
        private readonly PackedWeights _input;
        private readonly PackedWeights _recurrent;

        public Direction(RnnKind kind, int wordEmbedding, int hidden, float[] input, float[] recurrent, float[] bias, int gates)
        {
            _kind = kind;
            _hidden = hidden;
            _padded = ChannelMap.Padded(hidden);
            int[] columns = ChannelMap.PlainColumns(ChannelMap.OfGroups(hidden, gates));
            _input = PackedWeights.Linear(input, bias[..(gates * hidden)], ChannelMap.Plain(wordEmbedding), columns);
            _recurrent = PackedWeights.Linear(recurrent, bias[(gates * hidden)..], ChannelMap.Plain(hidden), columns);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(float* embedded, int rows, int[] order, Span<float> words, int stride, Span<float> last)
        {
            int width = _input.Panels * Gemm.Columns;
            var inputs = new PinnedBuffer((long)_input.Panels * rows * Gemm.Columns, cleared: false); // (panels, T, 32)
            for (int panel = 0; panel < _input.Panels; panel++)
            {
                Gemm.Multiply(
                    _input.Depth, rows, embedded, _input.Depth, _input.Panel(panel), inputs.Pointer + ((long)panel * rows * Gemm.Columns));
            }

            var state = new PinnedBuffer(_padded, cleared: true);
            var cell = new PinnedBuffer(_padded, cleared: true);
            var fromInput = new PinnedBuffer(width, cleared: true);
            var fromState = new PinnedBuffer(width, cleared: true);
            foreach (int t in order)
            {
                for (int panel = 0; panel < _input.Panels; panel++)
                {
                    float* to = fromState.Pointer + (panel * Gemm.Columns);
                    Gemm.MultiplyRow(_hidden, state.Pointer, _recurrent.Panel(panel), to);
                    AddBias(to, to, _recurrent.Bias(panel));
                    AddBias(
                        fromInput.Pointer + (panel * Gemm.Columns),
                        inputs.Pointer + ((((long)panel * rows) + t) * Gemm.Columns),
                        _input.Bias(panel));
                }

                if (_kind == RnnKind.Lstm)
                {
                    StepLstm(fromInput.Pointer, fromState.Pointer, state.Pointer, cell.Pointer);
                }
                else
                {
                    StepGru(fromInput.Pointer, fromState.Pointer, state.Pointer);
                }

                new Span<float>(state.Pointer, _hidden).CopyTo(words[(t * stride)..]);
            }

            new Span<float>(state.Pointer, _hidden).CopyTo(last);
            GC.KeepAlive((inputs, state, cell, fromInput, fromState));
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void AddBias(float* to, float* from, float* bias)
        {
            (Vector512.Load(from) + Vector512.Load(bias)).Store(to);
            (Vector512.Load(from + Gemm.Lanes) + Vector512.Load(bias + Gemm.Lanes)).Store(to + Gemm.Lanes);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StepLstm(float* x, float* h, float* state, float* cell)
        {
            for (int i = 0; i < _padded; i += Gemm.Lanes)
            {
                Vector512<float> input = VectorMath.Sigmoid(Gate(0)), output = VectorMath.Sigmoid(Gate(1));
                Vector512<float> forget = VectorMath.Sigmoid(Gate(2)), candidate = VectorMath.Tanh(Gate(3));
                var next = Vector512.FusedMultiplyAdd(forget, Vector512.Load(cell + i), input * candidate);
                next.Store(cell + i);
                (output * VectorMath.Tanh(next)).Store(state + i);

                Vector512<float> Gate(int gate) => Vector512.Load(x + (gate * _padded) + i) + Vector512.Load(h + (gate * _padded) + i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void StepGru(float* x, float* h, float* state)
        {
            for (int i = 0; i < _padded; i += Gemm.Lanes)
            {
                Vector512<float> update = VectorMath.Sigmoid(Vector512.Load(x + i) + Vector512.Load(h + i));
                Vector512<float> reset = VectorMath.Sigmoid(Vector512.Load(x + _padded + i) + Vector512.Load(h + _padded + i));
                Vector512<float> candidate = VectorMath.Tanh(Vector512.FusedMultiplyAdd(
                    reset, Vector512.Load(h + (2 * _padded) + i), Vector512.Load(x + (2 * _padded) + i)));
                Vector512.FusedMultiplyAdd(update, Vector512.Load(state + i) - candidate, candidate).Store(state + i);
            }
        }
    }
}
