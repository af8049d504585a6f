using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttnGan.Inference;

/// <summary>The picture of a hidden context: a 3x3 convolution to three colours and the hyperbolic tangent.</summary>
internal sealed unsafe class ImageHead
{
    private const int Colours = 3;
    private const int Taps = 9;

    private readonly PinnedBuffer _weights; // (9, 3, K)
    private readonly int _depth;

    /// <param name="weight">(3, channels, 3, 3).</param>
    /// <param name="channels">Channels of the hidden context.</param>
    public ImageHead(float[] weight, int channels)
    {
        _depth = ChannelMap.Padded(channels);
        _weights = new PinnedBuffer(Taps * Colours * _depth, cleared: true);
        for (int i = 0; i < weight.Length; i++)
        {
            (int colour, int rest) = Math.DivRem(i, channels * Taps);
            (int channel, int tap) = Math.DivRem(rest, Taps);
            _weights.Pointer[(((tap * Colours) + colour) * _depth) + channel] = weight[i];
        }
    }

    /// <summary>Draws the pictures of a batch.</summary>
    /// <param name="input">Hidden contexts.</param>
    /// <param name="pictures">For each (H, W, 3) numbers, which become [-1, 1].</param>
    /// <param name="workspace">Workers.</param>
    public void Run(ContextMap input, float[][] pictures, Workspace workspace) =>
        workspace.Workers.Run(input.Batch * input.Size, (item, worker) =>
        {
            int picture = Math.DivRem(item, input.Size, out int y);
            int length = Colours * input.Size;
            DrawRow(input, picture, y, pictures[picture].AsSpan(y * length, length));
        });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DrawRow(ContextMap input, int picture, int y, Span<float> row)
    {
        (int top, int bottom) = (Math.Max(y - 1, 0), Math.Min(y + 1, input.Size - 1));
        for (int x = 0; x < input.Size; x++)
        {
            (int left, int right) = (Math.Max(x - 1, 0), Math.Min(x + 1, input.Size - 1));
            Vector512<float> red = default, green = default, blue = default;
            for (int tapY = top; tapY <= bottom; tapY++)
            {
                for (int tapX = left; tapX <= right; tapX++)
                {
                    float* pixel = input.Pixel(picture, tapY, tapX);
                    float* weights = _weights.Pointer + ((((tapY - y + 1) * 3) + tapX - x + 1) * Colours * _depth);
                    for (int channel = 0; channel < _depth; channel += Gemm.Lanes)
                    {
                        var value = Vector512.Load(pixel + channel);
                        red = Vector512.FusedMultiplyAdd(value, Vector512.Load(weights + channel), red);
                        green = Vector512.FusedMultiplyAdd(value, Vector512.Load(weights + _depth + channel), green);
                        blue = Vector512.FusedMultiplyAdd(value, Vector512.Load(weights + (2 * _depth) + channel), blue);
                    }
                }
            }

            row[Colours * x] = VectorMath.Sum(red);
            row[(Colours * x) + 1] = VectorMath.Sum(green);
            row[(Colours * x) + 2] = VectorMath.Sum(blue);
        }

        // Sides are multiples of sixteen.
        for (int i = 0; i < row.Length; i += Gemm.Lanes)
        {
            VectorMath.Tanh(Vector512.Create<float>(row.Slice(i, Gemm.Lanes))).CopyTo(row[i..]);
        }
    }
}
