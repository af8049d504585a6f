using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttnGan.Inference;

/// <summary>Word attention (paper, equation 2): for every pixel of the hidden context, a mixture of the words that matter to it.</summary>
internal sealed unsafe class WordAttention
{
    private const int PixelsTogether = 8 * Gemm.Rows;

    private readonly PackedWeights _keys;
    private readonly int _channels;
    private readonly int _padded;

    /// <param name="weight">(channels, D): turns word features into keys.</param>
    /// <param name="channels">C: channels of the hidden context.</param>
    /// <param name="embedding">D.</param>
    public WordAttention(float[] weight, int channels, int embedding)
    {
        _channels = channels;
        _padded = ChannelMap.Padded(channels);
        _keys = PackedWeights.Linear(
            weight, null, [.. Enumerable.Range(0, embedding)], ChannelMap.PlainColumns(ChannelMap.Of(channels)));
    }

    /// <summary>Numbers behind the end of the contexts that are read, without influence on the result.</summary>
    public static int Slack(int stride) => PixelsTogether * stride;

    /// <summary>Writes each pixel's word context beside its hidden context.</summary>
    /// <param name="contexts">(B, H, W, hidden context and word context).</param>
    /// <param name="captions">For each image its words.</param>
    /// <param name="attention">For each image (T, H, W) to fill with the attention; null where nobody asked.</param>
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
                // Captions of up to 32 words, nearly all, have their scores where they shall be.
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

    /// <summary>The keys of a caption as both products read them.</summary>
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

    /// <summary>Over the words of each row; rows are <paramref name="stride"/> apart.</summary>
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

            var most = Vector512.Create(VectorMath.Largest(largest));
            Vector512<float> total = default;
            for (int word = 0; word < width; word += Gemm.Lanes)
            {
                // Padding has a score of minus infinity and must weigh nothing at all.
                var score = Vector512.Load(scores + word);
                var weight = Vector512.ConditionalSelect(
                    Vector512.Equals(score, Vector512.Create(float.NegativeInfinity)),
                    Vector512<float>.Zero,
                    VectorMath.Exp(score - most));
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

    /// <summary>One caption's keys: (word panels, C, 32) to score pixels with, (channel panels, T, 32) to mix, and each word's bias.</summary>
    private sealed class WordPanels(int words, int padded)
    {
        public int Words { get; } = words;

        /// <summary>Words padded to whole panels.</summary>
        public int Width { get; } = (words + Gemm.Columns - 1) / Gemm.Columns * Gemm.Columns;

        public PinnedBuffer Keys { get; } = new((long)(words + Gemm.Columns) * padded, cleared: true);

        public PinnedBuffer Values { get; } = new((long)words * (padded + Gemm.Columns), cleared: true);

        public PinnedBuffer Bias { get; } = new(words + Gemm.Columns, cleared: true);
    }
}

/// <summary>The words that an image attends to.</summary>
/// <param name="Features">e: (T, D), a word after the other.</param>
/// <param name="Bias">(T) is added to the scores of each word: the logarithm of its weight before any pixel is looked at.</param>
internal sealed record AttendedWords(float[] Features, float[] Bias)
{
    /// <summary>T.</summary>
    public int Count => Bias.Length;
}
