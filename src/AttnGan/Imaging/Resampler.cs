using System.Buffers;
using System.Numerics;

namespace AttnGan.Imaging;

/// <summary>
/// Resizes images with a filter whose support grows as the image shrinks, so that every source pixel contributes. Plain arithmetic gives
/// the same bytes on every machine.
/// </summary>
internal static class Resampler
{
    /// <summary>
    /// The antialiased bilinear filter of Pillow and torchvision, which the official code uses.
    /// </summary>
    public static Filter Triangle { get; } = new(1, x => Math.Max(0, 1 - Math.Abs(x)));

    /// <summary>Lanczos with three lobes, which keeps edges of enlarged images sharp.</summary>
    public static Filter Lanczos { get; } = new(3, x => Math.Abs(x) >= 3 ? 0 : Sinc(x) * Sinc(x / 3));

    /// <summary>Resizes (H, W, 3) bytes to (<paramref name="newHeight"/>, <paramref name="newWidth"/>, 3).</summary>
    public static void Resize(
        ReadOnlySpan<byte> source, int width, int height, Span<byte> target, int newWidth, int newHeight, Filter filter)
    {
        var horizontal = Weights.For(width, newWidth, filter);
        var vertical = Weights.For(height, newHeight, filter);
        int rowLength = newWidth * 3;
        // The vertical windows only move down: a ring buffer of their height holds all rows in use.
        int ringRows = vertical.Window;
        float[] ring = ArrayPool<float>.Shared.Rent(ringRows * rowLength);
        float[] sums = ArrayPool<float>.Shared.Rent(rowLength);
        try
        {
            int nextRow = 0;
            for (int y = 0; y < newHeight; y++)
            {
                int first = vertical.First[y];
                int count = vertical.Count[y];
                for (nextRow = Math.Max(nextRow, first); nextRow < first + count; nextRow++)
                {
                    ResizeRow(
                        source.Slice(nextRow * width * 3, width * 3), ring.AsSpan(nextRow % ringRows * rowLength, rowLength), horizontal);
                }

                Span<float> sum = sums.AsSpan(0, rowLength);
                sum.Clear();
                for (int k = 0; k < count; k++)
                {
                    AddScaled(
                        sum, ring.AsSpan((first + k) % ringRows * rowLength, rowLength), vertical.Values[(y * vertical.Window) + k]);
                }

                Span<byte> row = target.Slice(y * rowLength, rowLength);
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] = (byte)Math.Clamp((int)(sum[i] + 0.5f), 0, 255);
                }
            }
        }
        finally
        {
            ArrayPool<float>.Shared.Return(ring);
            ArrayPool<float>.Shared.Return(sums);
        }
    }

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    private static void ResizeRow(ReadOnlySpan<byte> source, Span<float> target, Weights weights)
    {
        for (int x = 0; x < weights.First.Length; x++)
        {
            float r = 0, g = 0, b = 0;
            int count = weights.Count[x];
            Span<float> values = weights.Values.AsSpan(x * weights.Window, count);
            ReadOnlySpan<byte> pixels = source.Slice(weights.First[x] * 3, count * 3);
            for (int k = 0; k < values.Length; k++)
            {
                float weight = values[k];
                r += weight * pixels[k * 3];
                g += weight * pixels[(k * 3) + 1];
                b += weight * pixels[(k * 3) + 2];
            }

            target[x * 3] = r;
            target[(x * 3) + 1] = g;
            target[(x * 3) + 2] = b;
        }
    }

    private static void AddScaled(Span<float> sum, ReadOnlySpan<float> row, float weight)
    {
        int i = 0;
        for (; i <= sum.Length - Vector<float>.Count; i += Vector<float>.Count)
        {
            (new Vector<float>(sum[i..]) + (new Vector<float>(row[i..]) * weight)).CopyTo(sum[i..]);
        }

        for (; i < sum.Length; i++)
        {
            sum[i] += row[i] * weight;
        }
    }

    /// <summary>A filter.</summary>
    /// <param name="Support">The distance from its center at which its weights become 0, in pixels of the smaller image.</param>
    /// <param name="Weight">Returns the weight at a distance.</param>
    internal sealed record Filter(int Support, Func<double, double> Weight);

    /// <summary>The first source position, the number of positions and their weights, which sum to 1, for each target position.</summary>
    private sealed record Weights(int Window, int[] First, int[] Count, float[] Values)
    {
        public static Weights For(int size, int newSize, Filter filter)
        {
            double scale = (double)size / newSize;
            double stretch = Math.Max(scale, 1);
            double support = filter.Support * stretch;
            int window = Math.Min(size, (int)Math.Ceiling(support) * 2 + 1);
            int[] first = new int[newSize];
            int[] counts = new int[newSize];
            float[] values = new float[newSize * window];
            for (int i = 0; i < newSize; i++)
            {
                double center = (i + 0.5) * scale;
                int start = Math.Max(0, (int)(center - support + 0.5));
                int count = Math.Min(size, (int)(center + support + 0.5)) - start;
                double total = 0.0;
                for (int k = 0; k < count; k++)
                {
                    total += filter.Weight((start + k - center + 0.5) / stretch);
                }

                for (int k = 0; k < count; k++)
                {
                    values[(i * window) + k] = (float)(filter.Weight((start + k - center + 0.5) / stretch) / total);
                }

                first[i] = start;
                counts[i] = count;
            }

            return new Weights(window, first, counts, values);
        }
    }
}
