using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttnGan.Inference;

/// <summary>
/// Word attention (paper, equation 2, or by <see cref="CosineWeights"/>): the word context of each pixel of the hidden context.
/// </summary>
internal sealed unsafe class WordAttention
{
    private const int PixelsTogether = 8 * Gemm.Rows;

    // The shortest length that vectors are divided by, as in PyTorch's normalize.
    private const float MinLength = 1e-12f;

    private readonly PackedWeights _keys;
    private readonly PackedWeights? _values;
    private readonly float[] _nullKey = [];
    private readonly float _temperature;
    private readonly int _channels;
    private readonly int _padded;

    /// <param name="weight">(C, D): projects word features to keys.</param>
    /// <param name="channels">C: channels of the hidden context.</param>
    /// <param name="embedding">D: width of word features.</param>
    /// <param name="cosine">The further weights of attention by cosines; null for that by dot products.</param>
    public WordAttention(WeightValues weight, int channels, int embedding, CosineWeights? cosine = null)
    {
        _channels = channels;
        _padded = ChannelMap.Padded(channels);
        _keys = Pack(weight);
        if (cosine is not null)
        {
            _values = Pack(cosine.Value);
            (_nullKey, _temperature) = (cosine.NullKey, cosine.Temperature);
        }

        PackedWeights Pack(WeightValues values) =>
            PackedWeights.Linear(values, null, ChannelMap.Plain(embedding), ChannelMap.PlainColumns(ChannelMap.Of(channels)));
    }

    private bool IsCosine => _values is not null;

    /// <summary>Returns the number of values behind the contexts that are read without affecting the result.</summary>
    public static int Slack(int stride) => PixelsTogether * stride;

    /// <summary>Computes the word contexts and writes each behind its hidden context.</summary>
    /// <param name="contexts">(B, S, S, hidden context and word context).</param>
    /// <param name="captions">The words of each image.</param>
    /// <param name="attention">Receives (T, S, S) weights for each image; null to skip them.</param>
    /// <param name="workspace">Scratch memory and workers.</param>
    public void Run(ContextMap contexts, IReadOnlyList<AttendedWords> captions, float[][]? attention, Workspace workspace)
    {
        int pixels = contexts.Size * contexts.Size;
        int blocks = (pixels + PixelsTogether - 1) / PixelsTogether;
        WordPanels[] words = [.. captions.Select(Prepare)];
        workspace.Workers.Run(contexts.Batch * blocks, (item, worker) =>
        {
            int image = Math.DivRem(item, blocks, out int block);
            int first = block * PixelsTogether;
            int count = Math.Min(PixelsTogether, pixels - first);
            int rows = (count + Gemm.Rows - 1) / Gemm.Rows * Gemm.Rows;
            WordPanels panels = words[image];
            float* scores = workspace.Scratch(worker, PixelsTogether * (panels.Width + Gemm.Columns + 1));
            float* products = scores + (PixelsTogether * panels.Width);
            float* factors = products + (PixelsTogether * Gemm.Columns);
            float* hidden = contexts.Pixel(image, 0, 0) + ((long)first * contexts.Stride);

            for (int panel = 0; panel * Gemm.Columns < panels.Width; panel++)
            {
                // For captions of up to 32 words, nearly all, the product already has the layout of the scores.
                bool isAlone = panels.Width == Gemm.Columns;
                float* keys = panels.Keys.Pointer + (panel * _padded * Gemm.Columns);
                Gemm.Multiply(_padded, rows, hidden, contexts.Stride, keys, isAlone ? scores : products);
                if (!isAlone)
                {
                    CopyColumns(products, count, scores + (panel * Gemm.Columns), panels.Width, Gemm.Columns);
                }
            }

            ComputeFactors(hidden, count, contexts.Stride, factors);
            Softmax(scores, factors, panels.Bias.Pointer, count, panels.Width, ChannelMap.Padded(panels.Scored));
            for (int channel = 0; channel < _padded; channel += Gemm.Columns)
            {
                Gemm.Multiply(
                    panels.Words, rows, scores, panels.Width, panels.Values.Pointer + (channel * panels.Words), products);
                CopyColumns(
                    products, count, hidden + _padded + channel, contexts.Stride, Math.Min(Gemm.Columns, _padded - channel));
            }

            if (attention is not null)
            {
                WriteMaps(scores, count, panels, attention[image], first, pixels);
            }
        });
    }

    /// <summary>Computes the keys of a caption, in the layouts of both products.</summary>
    private WordPanels Prepare(AttendedWords caption)
    {
        int words = caption.Count;
        int rows = (words + Gemm.Rows - 1) / Gemm.Rows * Gemm.Rows;
        var features = new PinnedBuffer((long)rows * _keys.Depth, cleared: true);
        caption.Features.AsSpan().CopyTo(new Span<float>(features.Pointer, caption.Features.Length));
        var panels = new WordPanels(words, IsCosine ? words + 1 : words, _padded);
        var products = new PinnedBuffer(rows * Gemm.Columns, cleared: false);
        for (int panel = 0; panel < _keys.Panels; panel++)
        {
            Gemm.Multiply(_keys.Depth, rows, features.Pointer, _keys.Depth, _keys.Panel(panel), products.Pointer);
            for (int word = 0; word < words; word++)
            {
                for (int column = 0; column < Gemm.Columns && (panel * Gemm.Columns) + column < _channels; column++)
                {
                    panels.Key(word, (panel * Gemm.Columns) + column) = products.Pointer[(word * Gemm.Columns) + column];
                }
            }

            if (_values is not null)
            {
                Gemm.Multiply(_keys.Depth, rows, features.Pointer, _keys.Depth, _values.Panel(panel), products.Pointer);
            }

            Buffer.MemoryCopy(
                products.Pointer, panels.Values.Pointer + ((long)panel * words * Gemm.Columns), Bytes(), Bytes());
        }

        new Span<float>(panels.Bias.Pointer, panels.Width).Fill(float.NegativeInfinity);
        caption.Bias.AsSpan().CopyTo(new Span<float>(panels.Bias.Pointer, words));
        if (IsCosine)
        {
            NormalizeKeys(panels);
            panels.Bias.Pointer[words] = 0;
        }

        GC.KeepAlive((features, products));
        return panels;

        long Bytes() => (long)words * Gemm.Columns * sizeof(float);
    }

    /// <summary>Scales the keys of words to the length of the temperature, and adds the null key behind them.</summary>
    private void NormalizeKeys(WordPanels panels)
    {
        for (int word = 0; word < panels.Words; word++)
        {
            float sum = 0;
            for (int channel = 0; channel < _channels; channel++)
            {
                float key = panels.Key(word, channel);
                sum = float.FusedMultiplyAdd(key, key, sum);
            }

            float factor = _temperature / Math.Max(MathF.Sqrt(sum), MinLength);
            for (int channel = 0; channel < _channels; channel++)
            {
                panels.Key(word, channel) *= factor;
            }
        }

        for (int channel = 0; channel < _channels; channel++)
        {
            panels.Key(panels.Words, channel) = _temperature * _nullKey[channel];
        }
    }

    /// <summary>Computes the factor of each pixel's scores: for cosines the reciprocal length of its hidden context, otherwise 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeFactors(float* hidden, int count, int stride, float* factors)
    {
        if (!IsCosine)
        {
            new Span<float>(factors, count).Fill(1);
            return;
        }

        for (int pixel = 0; pixel < count; pixel++, hidden += stride)
        {
            Vector512<float> sum = default;
            for (int channel = 0; channel < _padded; channel += Gemm.Lanes)
            {
                var values = Vector512.Load(hidden + channel);
                sum = Vector512.FusedMultiplyAdd(values, values, sum);
            }

            factors[pixel] = 1 / Math.Max(MathF.Sqrt(VectorMath.Sum(sum)), MinLength);
        }
    }

    private static void CopyColumns(float* products, int count, float* target, int stride, int columns)
    {
        for (int row = 0; row < count; row++, products += Gemm.Columns, target += stride)
        {
            for (int column = 0; column < columns; column += Gemm.Lanes)
            {
                Vector512.Load(products + column).Store(target + column);
            }
        }
    }

    /// <summary>
    /// Computes the softmax over the words of each row, whose scores are multiplied by its factor before the bias is added; rows are
    /// <paramref name="stride"/> apart.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Softmax(float* scores, float* factors, float* bias, int count, int stride, int width)
    {
        for (int row = 0; row < count; row++, scores += stride)
        {
            var factor = Vector512.Create(factors[row]);
            var largest = Vector512.Create(float.NegativeInfinity);
            for (int word = 0; word < width; word += Gemm.Lanes)
            {
                Vector512<float> score = (Vector512.Load(scores + word) * factor) + Vector512.Load(bias + word);
                score.Store(scores + word);
                largest = Vector512.Max(largest, score);
            }

            var maximum = Vector512.Create(VectorMath.Largest(largest));
            Vector512<float> total = default;
            for (int word = 0; word < width; word += Gemm.Lanes)
            {
                // Padding has a score of minus infinity and must have weight 0.
                var score = Vector512.Load(scores + word);
                var weight = Vector512.ConditionalSelect(
                    Vector512.Equals(score, Vector512.Create(float.NegativeInfinity)),
                    Vector512<float>.Zero,
                    VectorMath.Exp(score - maximum));
                weight.Store(scores + word);
                total += weight;
            }

            var scale = Vector512.Create(1 / VectorMath.Sum(total));
            for (int word = 0; word < width; word += Gemm.Lanes)
            {
                (Vector512.Load(scores + word) * scale).Store(scores + word);
            }
        }
    }

    private static void WriteMaps(float* weights, int count, WordPanels panels, float[] attention, int first, int pixels)
    {
        for (int word = 0; word < panels.Words; word++)
        {
            Span<float> map = attention.AsSpan((word * pixels) + first, count);
            for (int pixel = 0; pixel < map.Length; pixel++)
            {
                map[pixel] = weights[(pixel * panels.Width) + word];
            }
        }
    }

    /// <summary>
    /// The keys of a caption, (word panels, C, 32) for the scores and (channel panels, T, 32) for the contexts, and the bias of each word.
    /// </summary>
    private sealed class WordPanels(int words, int scored, int padded)
    {
        public int Words { get; } = words;

        /// <summary>The number of keys: of words, and the null key.</summary>
        public int Scored { get; } = scored;

        /// <summary>The number of keys, padded to whole panels.</summary>
        public int Width { get; } = (scored + Gemm.Columns - 1) / Gemm.Columns * Gemm.Columns;

        public PinnedBuffer Keys { get; } = new((long)(scored + Gemm.Columns) * padded, cleared: true);

        public PinnedBuffer Values { get; } = new((long)words * (padded + Gemm.Columns), cleared: true);

        public PinnedBuffer Bias { get; } = new(scored + Gemm.Columns, cleared: true);

        public ref float Key(int word, int channel)
        {
            (int panel, int column) = Math.DivRem(word, Gemm.Columns);
            return ref Keys.Pointer[(((panel * padded) + channel) * Gemm.Columns) + column];
        }
    }
}
