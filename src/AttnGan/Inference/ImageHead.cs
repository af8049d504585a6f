using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttnGan.Inference;

/// <summary>The image of a hidden context: a 3x3 convolution to three colors and tanh.</summary>
internal sealed unsafe class ImageHead
{
    private const int Colors = 3;
    private const int Taps = 9;

    // Neighboring pixels that share each load of weights.
    private const int PixelsPerStep = 4;
    private const int RowsPerItem = 8;

    private readonly PinnedBuffer _weights; // (9, 3, K)
    private readonly int _depth;

    /// <param name="values">(3, channels, 3, 3).</param>
    /// <param name="channels">C: channels of the hidden context.</param>
    public ImageHead(WeightValues values, int channels)
    {
        float[] weight = values.ToArray();
        _depth = ChannelMap.Padded(channels);
        _weights = new PinnedBuffer(Taps * Colors * _depth, cleared: true);
        for (int i = 0; i < weight.Length; i++)
        {
            (int color, int rest) = Math.DivRem(i, channels * Taps);
            (int channel, int tap) = Math.DivRem(rest, Taps);
            _weights.Pointer[(((tap * Colors) + color) * _depth) + channel] = weight[i];
        }
    }

    /// <summary>Computes the images of a batch.</summary>
    /// <param name="input">Hidden contexts.</param>
    /// <param name="images">Receives (S, S, 3) values in [-1, 1] for each image.</param>
    /// <param name="workspace">Scratch memory and workers.</param>
    public void Run(ContextMap input, float[][] images, Workspace workspace) =>
        workspace.Workers.Run(input.Batch * input.Size / RowsPerItem, (item, worker) =>
        {
            float* zeros = workspace.Scratch(worker, _depth);
            new Span<float>(zeros, _depth).Clear();
            int image = Math.DivRem(item * RowsPerItem, input.Size, out int first);
            int length = Colors * input.Size;
            for (int y = first; y < first + RowsPerItem; y++)
            {
                ComputeRow(input, image, y, zeros, images[image].AsSpan(y * length, length));
            }
        });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ComputeRow(ContextMap input, int image, int y, float* zeros, Span<float> row)
    {
        (int top, int bottom) = (Math.Max(y - 1, 0), Math.Min(y + 1, input.Size - 1));
        for (int x = 0; x < input.Size; x += PixelsPerStep)
        {
            Vector512<float> r0 = default, g0 = default, b0 = default, r1 = default, g1 = default, b1 = default;
            Vector512<float> r2 = default, g2 = default, b2 = default, r3 = default, g3 = default, b3 = default;
            for (int tapY = top; tapY <= bottom; tapY++)
            {
                for (int tapX = 0; tapX < 3; tapX++)
                {
                    // Only the first and the last pixel of a row have a neighbor outside.
                    float* p1 = input.Pixel(image, tapY, x + tapX);
                    float* p0 = x + tapX == 0 ? zeros : p1 - input.Stride;
                    float* p2 = p1 + input.Stride;
                    float* p3 = x + tapX + 2 == input.Size ? zeros : p2 + input.Stride;
                    float* weights = _weights.Pointer + ((((tapY - y + 1) * 3) + tapX) * Colors * _depth);
                    for (int channel = 0; channel < _depth; channel += Gemm.Lanes)
                    {
                        var red = Vector512.Load(weights + channel);
                        var green = Vector512.Load(weights + _depth + channel);
                        var blue = Vector512.Load(weights + (2 * _depth) + channel);
                        var value = Vector512.Load(p0 + channel);
                        r0 = Vector512.FusedMultiplyAdd(value, red, r0);
                        g0 = Vector512.FusedMultiplyAdd(value, green, g0);
                        b0 = Vector512.FusedMultiplyAdd(value, blue, b0);
                        value = Vector512.Load(p1 + channel);
                        r1 = Vector512.FusedMultiplyAdd(value, red, r1);
                        g1 = Vector512.FusedMultiplyAdd(value, green, g1);
                        b1 = Vector512.FusedMultiplyAdd(value, blue, b1);
                        value = Vector512.Load(p2 + channel);
                        r2 = Vector512.FusedMultiplyAdd(value, red, r2);
                        g2 = Vector512.FusedMultiplyAdd(value, green, g2);
                        b2 = Vector512.FusedMultiplyAdd(value, blue, b2);
                        value = Vector512.Load(p3 + channel);
                        r3 = Vector512.FusedMultiplyAdd(value, red, r3);
                        g3 = Vector512.FusedMultiplyAdd(value, green, g3);
                        b3 = Vector512.FusedMultiplyAdd(value, blue, b3);
                    }
                }
            }

            Span<float> colors = row.Slice(Colors * x, Colors * PixelsPerStep);
            (colors[0], colors[1], colors[2]) = (VectorMath.Sum(r0), VectorMath.Sum(g0), VectorMath.Sum(b0));
            (colors[3], colors[4], colors[5]) = (VectorMath.Sum(r1), VectorMath.Sum(g1), VectorMath.Sum(b1));
            (colors[6], colors[7], colors[8]) = (VectorMath.Sum(r2), VectorMath.Sum(g2), VectorMath.Sum(b2));
            (colors[9], colors[10], colors[11]) = (VectorMath.Sum(r3), VectorMath.Sum(g3), VectorMath.Sum(b3));
        }

        // Sides are multiples of 16.
        for (int i = 0; i < row.Length; i += Gemm.Lanes)
        {
            VectorMath.Tanh(Vector512.Create<float>(row.Slice(i, Gemm.Lanes))).CopyTo(row[i..]);
        }
    }
}
