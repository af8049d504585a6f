using AttnGan.Generation;
using AttnGan.Inference;

namespace AttnGan.Tests.Inference;

/// <summary>Straightforward implementations of the engine's layers in double precision. Maps are (B, C, H, W).</summary>
internal static class NaiveLayers
{
    /// <summary>Returns standard normal values times a scale, determined by a seed.</summary>
    public static float[] Normal(long seed, int count, double scale = 1)
    {
        float[] values = new float[count];
        SeededNoise.Fill(seed, 0, values);
        return [.. values.Select(value => (float)(value * scale))];
    }

    /// <summary>Returns a map of standard normal values.</summary>
    public static double[,,,] NormalMap(long seed, int batch, int channels, int size)
    {
        float[] values = Normal(seed, batch * channels * size * size);
        double[,,,] map = new double[batch, channels, size, size];
        int i = 0;
        foreach ((int b, int c, int y, int x) in Indices(map))
        {
            map[b, c, y, x] = values[i++];
        }

        return map;
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <param name="weight">(outputs, inputs).</param>
    /// <param name="bias">(outputs), or null.</param>
    /// <param name="input">(inputs).</param>
    public static double[] Linear(float[] weight, float[]? bias, double[] input)
    {
        double[] output = new double[weight.Length / input.Length];
        for (int o = 0; o < output.Length; o++)
        {
            output[o] = bias?[o] ?? 0;
            for (int i = 0; i < input.Length; i++)
            {
                output[o] += weight[(o * input.Length) + i] * input[i];
            }
        }

        return output;
    }

    /// <summary>Computes a 3x3 convolution with zero padding.</summary>
    /// <param name="weight">(outputs, inputs, 3, 3).</param>
    /// <param name="bias">(outputs), or null.</param>
    /// <param name="input">(B, inputs, H, W).</param>
    public static double[,,,] Convolve(float[] weight, float[]? bias, double[,,,] input)
    {
        (int inputs, int size) = (input.GetLength(1), input.GetLength(3));
        double[,,,] output = new double[input.GetLength(0), weight.Length / (9 * inputs), size, size];
        foreach ((int b, int o, int y, int x) in Indices(output))
        {
            double sum = bias?[o] ?? 0;
            for (int c = 0; c < inputs; c++)
            {
                for (int tap = 0; tap < 9; tap++)
                {
                    (int fromY, int fromX) = (y + (tap / 3) - 1, x + (tap % 3) - 1);
                    if (fromY >= 0 && fromY < size && fromX >= 0 && fromX < size)
                    {
                        sum += weight[(((o * inputs) + c) * 9) + tap] * input[b, c, fromY, fromX];
                    }
                }
            }

            output[b, o, y, x] = sum;
        }

        return output;
    }

    /// <summary>Upsamples by nearest neighbor: (B, C, H, W) to (B, C, 2H, 2W).</summary>
    public static double[,,,] Enlarge(double[,,,] input)
    {
        double[,,,] output = new double[input.GetLength(0), input.GetLength(1), 2 * input.GetLength(2), 2 * input.GetLength(3)];
        foreach ((int b, int c, int y, int x) in Indices(output))
        {
            output[b, c, y, x] = input[b, c, y / 2, x / 2];
        }

        return output;
    }

    /// <summary>Returns the first half of the channels times the sigmoid of the second half.</summary>
    public static double[,,,] Gate(double[,,,] input)
    {
        int channels = input.GetLength(1) / 2;
        double[,,,] output = new double[input.GetLength(0), channels, input.GetLength(2), input.GetLength(3)];
        foreach ((int b, int c, int y, int x) in Indices(output))
        {
            output[b, c, y, x] = input[b, c, y, x] * Sigmoid(input[b, c + channels, y, x]);
        }

        return output;
    }

    public static double[,,,] Add(double[,,,] first, double[,,,] second)
    {
        double[,,,] sum = new double[first.GetLength(0), first.GetLength(1), first.GetLength(2), first.GetLength(3)];
        foreach ((int b, int c, int y, int x) in Indices(sum))
        {
            sum[b, c, y, x] = first[b, c, y, x] + second[b, c, y, x];
        }

        return sum;
    }

    public static IEnumerable<(int Image, int Channel, int Y, int X)> Indices(double[,,,] map) =>
        from b in Enumerable.Range(0, map.GetLength(0))
        from c in Enumerable.Range(0, map.GetLength(1))
        from y in Enumerable.Range(0, map.GetLength(2))
        from x in Enumerable.Range(0, map.GetLength(3))
        select (b, c, y, x);
}

/// <summary>A map in the engine's layout. Its memory is valid until it is disposed.</summary>
internal sealed unsafe class PinnedContext : IDisposable
{
    private readonly PinnedBuffer _buffer;
    private readonly ContextMap _map;

    /// <summary>Creates a map of zeros.</summary>
    public PinnedContext(int batch, int size, int stride, int slack = 0)
    {
        _buffer = new PinnedBuffer(((long)batch * size * size * stride) + slack, cleared: true);
        _map = new ContextMap(_buffer.Pointer, batch, size, stride);
    }

    /// <param name="map">The values.</param>
    /// <param name="layout">The channel at each position of a pixel, or -1 for padding.</param>
    /// <param name="stride">Values from one pixel to the next; those outside the layout are 0.</param>
    /// <param name="slack">Number of NaNs behind the end.</param>
    public PinnedContext(double[,,,] map, int[] layout, int? stride = null, int slack = 0)
        : this(map.GetLength(0), map.GetLength(3), stride ?? layout.Length, slack)
    {
        foreach ((int b, int c, int y, int x) in NaiveLayers.Indices(map))
        {
            _map.Pixel(b, y, x)[Array.IndexOf(layout, c)] = (float)map[b, c, y, x];
        }

        new Span<float>(_buffer.Pointer + (_buffer.Length - slack), slack).Fill(float.NaN);
    }

    public ContextMap Map => _map;

    public float this[int image, int y, int x, int position] => _map.Pixel(image, y, x)[position];

    /// <summary>Returns all values, with padding and without slack.</summary>
    public float[] Values()
    {
        float[] values = new Span<float>(_buffer.Pointer, _map.Pixels * _map.Stride).ToArray();
        GC.KeepAlive(_buffer);
        return values;
    }

    public void Dispose() => GC.KeepAlive(_buffer);

    /// <summary>Asserts that the channels have the values of a map and that padding is 0.</summary>
    /// <param name="expected">The expected map.</param>
    /// <param name="layout">The channel at each position from <paramref name="start"/> on, or -1 for padding.</param>
    /// <param name="tolerance">The maximum difference.</param>
    /// <param name="start">The first position.</param>
    public void AssertHolds(double[,,,] expected, int[] layout, double tolerance, int start = 0)
    {
        (double largest, string where) = (0, "");
        for (int b = 0; b < _map.Batch; b++)
        {
            for (int position = 0; position < layout.Length; position++)
            {
                for (int y = 0; y < _map.Size; y++)
                {
                    for (int x = 0; x < _map.Size; x++)
                    {
                        float actual = this[b, y, x, start + position];
                        if (layout[position] < 0)
                        {
                            Assert.Equal(0, actual);
                            continue;
                        }

                        double difference = Math.Abs(actual - expected[b, layout[position], y, x]);
                        if (!(difference <= largest))
                        {
                            (largest, where) = (difference, $"image {b}, position {position}, row {y}, column {x}: {actual}");
                        }
                    }
                }
            }
        }

        Assert.True(largest <= tolerance, $"The maximum difference is {largest:G3}, at {where}.");
    }
}
