using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttnGan.Inference;

/// <summary>Word attention (paper, equation 2): the word context of each pixel of the hidden context.</summary>
internal sealed unsafe class WordAttention
{
    private const int PixelsTogether = 8 * Gemm.Rows;

    private readonly PackedWeights _keys;
    private readonly int _channels;
    private readonly int _padded;

    /// <param name="weight">(C, D): projects word features to keys.</param>
    /// <param name="channels">C: channels of the hidden context.</param>
    /// <param name="embedding">D: width of word features.</param>
    public WordAttention(WeightValues weight, int channels, int embedding)
    {
        _channels = channels;
        _padded = ChannelMap.Padded(channels);
        _keys = PackedWeights.Linear(
            weight, null, ChannelMap.Plain(embedding), ChannelMap.PlainColumns(ChannelMap.Of(channels)));
    }

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
            float* scores = workspace.Scratch(worker, PixelsTogether * (panels.Width + Gemm.Columns));
            float* products = scores + (PixelsTogether * panels.Width);
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

            Softmax(scores, panels.Bias.Pointer, count, panels.Width, ChannelMap.Padded(panels.Words));
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
        var panels = new WordPanels(words, _padded);
        var products = new PinnedBuffer(rows * Gemm.Columns, cleared: false);
        for (int panel = 0; panel < _keys.Panels; panel++)
        {
            Gemm.Multiply(_keys.Depth, rows, features.Pointer, _keys.Depth, _keys.Panel(panel), products.Pointer);
            for (int word = 0; word < words; word++)
            {
                for (int column = 0; column < Gemm.Columns && (panel * Gemm.Columns) + column < _channels; column++)
                {
                    int channel = (panel * Gemm.Columns) + column;
                    float key = products.Pointer[(word * Gemm.Columns) + column];
                    (int wordPanel, int wordColumn) = Math.DivRem(word, Gemm.Columns);
                    panels.Keys.Pointer[(((wordPanel * _padded) + channel) * Gemm.Columns) + wordColumn] = key;
                    panels.Values.Pointer[(((panel * words) + word) * Gemm.Columns) + column] = key;
                }
            }
        }

        new Span<float>(panels.Bias.Pointer, panels.Width).Fill(float.NegativeInfinity);
        caption.Bias.AsSpan().CopyTo(new Span<float>(panels.Bias.Pointer, words));
        GC.KeepAlive((features, products));
        return panels;
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

    /// <summary>Computes the softmax over the words of each row; rows are <paramref name="stride"/> apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Softmax(float* scores, float* bias, int count, int stride, int width)
    {
        for (int row = 0; row < count; row++, scores += stride)
        {
            var largest = Vector512.Create(float.NegativeInfinity);
            for (int word = 0; word < width; word += Gemm.Lanes)
            {
                Vector512<float> score = Vector512.Load(scores + word) + Vector512.Load(bias + word);
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
    private sealed class WordPanels(int words, int padded)
    {
        public int Words { get; } = words;

        /// <summary>The number of words, padded to whole panels.</summary>
        public int Width { get; } = (words + Gemm.Columns - 1) / Gemm.Columns * Gemm.Columns;

        public PinnedBuffer Keys { get; } = new((long)(words + Gemm.Columns) * padded, cleared: true);

        public PinnedBuffer Values { get; } = new((long)words * (padded + Gemm.Columns), cleared: true);

        public PinnedBuffer Bias { get; } = new(words + Gemm.Columns, cleared: true);
    }
}
