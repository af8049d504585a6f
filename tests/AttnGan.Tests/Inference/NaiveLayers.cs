using AttnGan.Generation;
using AttnGan.Inference;

namespace AttnGan.Tests.Inference;

/// <summary>What the engine's layers compute, in double precision and as textbooks write it. Maps are (B, C, H, W).</summary>
internal static class NaiveLayers
{
    /// <summary>Standard normal numbers times a scale, always the same ones for a seed.</summary>
    public static float[] Normal(long seed, int count, double scale = 1)
    {
        float[] values = new float[count];
        SeededNoise.Fill(seed, 0, values);
        return [.. values.Select(value => (float)(value * scale))];
    }

    /// <summary>A map of standard normal numbers.</summary>
    public static double[,,,] NormalMap(long seed, int batch, int channels, int size)
    {
        float[] values = Normal(seed, batch * channels * size * size);
        double[,,,] map = new double[batch, channels, size, size];
        int i = 0;
        foreach ((int b, int c, int y, int x) in Places(map))
        {
            map[b, c, y, x] = values[i++];
        }

        return map;
    }

    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    /// <param name="weight">(outputs, inputs).</param>
    /// <param name="bias">(outputs), or null for none.</param>
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

    /// <summary>A 3x3 convolution at unchanged size; there are zeros outside the borders.</summary>
    /// <param name="weight">(outputs, inputs, 3, 3).</param>
    /// <param name="bias">(outputs), or null for none.</param>
    /// <param name="input">(B, inputs, H, W).</param>
    public static double[,,,] Convolve(float[] weight, float[]? bias, double[,,,] input)
    {
        (int inputs, int size) = (input.GetLength(1), input.GetLength(3));
        double[,,,] output = new double[input.GetLength(0), weight.Length / (9 * inputs), size, size];
        foreach ((int b, int o, int y, int x) in Places(output))
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

    /// <summary>Each pixel four times: (B, C, H, W) to (B, C, 2H, 2W).</summary>
    public static double[,,,] Enlarge(double[,,,] input)
    {
        double[,,,] output = new double[input.GetLength(0), input.GetLength(1), 2 * input.GetLength(2), 2 * input.GetLength(3)];
        foreach ((int b, int c, int y, int x) in Places(output))
        {
            output[b, c, y, x] = input[b, c, y / 2, x / 2];
        }

        return output;
    }

    /// <summary>The first half of the channels times the sigmoid of the second half.</summary>
    public static double[,,,] Gate(double[,,,] input)
    {
        int channels = input.GetLength(1) / 2;
        double[,,,] output = new double[input.GetLength(0), channels, input.GetLength(2), input.GetLength(3)];
        foreach ((int b, int c, int y, int x) in Places(output))
        {
            output[b, c, y, x] = input[b, c, y, x] * Sigmoid(input[b, c + channels, y, x]);
        }

        return output;
    }

    public static double[,,,] Add(double[,,,] first, double[,,,] second)
    {
        double[,,,] sum = new double[first.GetLength(0), first.GetLength(1), first.GetLength(2), first.GetLength(3)];
        foreach ((int b, int c, int y, int x) in Places(sum))
        {
            sum[b, c, y, x] = first[b, c, y, x] + second[b, c, y, x];
        }

        return sum;
    }

    public static IEnumerable<(int Image, int Channel, int Y, int X)> Places(double[,,,] map) =>
        from b in Enumerable.Range(0, map.GetLength(0))
        from c in Enumerable.Range(0, map.GetLength(1))
        from y in Enumerable.Range(0, map.GetLength(2))
        from x in Enumerable.Range(0, map.GetLength(3))
        select (b, c, y, x);
}

/// <summary>A map in the engine's layout, with its memory, which lives until this is disposed.</summary>
internal sealed unsafe class PinnedContext : IDisposable
{
    private readonly PinnedBuffer _buffer;
    private readonly ContextMap _map;

    /// <summary>Zeros.</summary>
    public PinnedContext(int batch, int size, int stride, int slack = 0)
    {
        _buffer = new PinnedBuffer(((long)batch * size * size * stride) + slack, cleared: true);
        _map = new ContextMap(_buffer.Pointer, batch, size, stride);
    }

    /// <param name="map">What it holds.</param>
    /// <param name="places">The channel at each place of a pixel, or -1, which stays zero.</param>
    /// <param name="stride">Numbers from one pixel to the next; places that are not given stay zero.</param>
    /// <param name="slack">Numbers behind the end, which are not numbers.</param>
    public PinnedContext(double[,,,] map, int[] places, int? stride = null, int slack = 0)
        : this(map.GetLength(0), map.GetLength(3), stride ?? places.Length, slack)
    {
        foreach ((int b, int c, int y, int x) in NaiveLayers.Places(map))
        {
            _map.Pixel(b, y, x)[Array.IndexOf(places, c)] = (float)map[b, c, y, x];
        }

        new Span<float>(_buffer.Pointer + (_buffer.Length - slack), slack).Fill(float.NaN);
    }

    public ContextMap Map => _map;

    public float this[int image, int y, int x, int place] => _map.Pixel(image, y, x)[place];

    /// <summary>Everything, padding included and slack left out.</summary>
    public float[] Values()
    {
        float[] values = new Span<float>(_buffer.Pointer, _map.Pixels * _map.Stride).ToArray();
        GC.KeepAlive(_buffer);
        return values;
    }

    public void Dispose() => GC.KeepAlive(_buffer);

    /// <summary>The values at the places of a map's channels are its values, and padding is zero.</summary>
    /// <param name="expected">The map.</param>
    /// <param name="places">The channel at each place, from <paramref name="start"/> on, or -1.</param>
    /// <param name="tolerance">Largest difference.</param>
    /// <param name="start">The first place.</param>
    public void AssertHolds(double[,,,] expected, int[] places, double tolerance, int start = 0)
    {
        (double largest, string where) = (0, "");
        for (int b = 0; b < _map.Batch; b++)
        {
            for (int place = 0; place < places.Length; place++)
            {
                for (int y = 0; y < _map.Size; y++)
                {
                    for (int x = 0; x < _map.Size; x++)
                    {
                        float actual = this[b, y, x, start + place];
                        if (places[place] < 0)
                        {
                            Assert.Equal(0, actual);
                            continue;
                        }

                        double difference = Math.Abs(actual - expected[b, places[place], y, x]);
                        if (!(difference <= largest))
                        {
                            (largest, where) = (difference, $"image {b}, place {place}, row {y}, column {x}: {actual}");
                        }
                    }
                }
            }
        }

        Assert.True(largest <= tolerance, $"The largest difference is {largest:G3}, at {where}.");
    }
}
