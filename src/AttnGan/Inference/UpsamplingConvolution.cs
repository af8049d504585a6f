using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttnGan.Inference;

/// <summary>
/// Nearest-neighbor upsampling to twice the size, a 3x3 convolution and gates, with a quarter of the usual multiplications and without
/// the enlarged input.
/// </summary>
/// <remarks>
/// In one dimension, with weights w0, w1, w2 and s[-1] = 0 outside: after upsampling, output 2i is w0 s[i-1] + (w1 + w2) s[i] and output
/// 2i+1 is (w0 + w1) s[i] + w2 s[i+1]. With W = w0 + w1 + w2 these are W s[i] + w0 (s[i-1] - s[i]) and W s[i] + w2 (s[i+1] - s[i]): three
/// products for two outputs instead of six. In two dimensions it takes nine products for four outputs instead of 36.
/// </remarks>
internal sealed unsafe class UpsamplingConvolution : TransformedConvolution
{
    private const int Products = 9;

    /// <param name="weight">(2 outputs, inputs, 3, 3): values, then gates.</param>
    /// <param name="bias">(2 outputs).</param>
    /// <param name="inputs">The input channel at each position of a pixel, or -1 for padding.</param>
    /// <param name="columns">The output of each panel column, gated.</param>
    public UpsamplingConvolution(WeightValues weight, float[] bias, int[] inputs, int[] columns)
        : base(PackedWeights.Convolution(weight, bias, inputs, columns, Products, TransformKernel), Products)
    {
    }

    /// <summary>Returns the number of input pixels.</summary>
    protected override int Units(ContextMap input) => input.Pixels;

    /// <summary>Computes (W, w0, w2) of 16 kernels in both directions: of the columns of a kernel, then of the rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformKernel(float* kernels, float* transformed, long stride)
    {
        const int Row = 3 * Gemm.Columns;
        for (int x = 0; x < 3; x++)
        {
            float* kernel = kernels + (x * Gemm.Columns);
            Combine(
                Vector512.Load(kernel),
                Vector512.Load(kernel + Row),
                Vector512.Load(kernel + (2 * Row)),
                transformed + (x * stride),
                3 * stride);
        }

        for (int y = 0; y < 3; y++)
        {
            float* row = transformed + (3 * y * stride);
            Combine(Vector512.Load(row), Vector512.Load(row + stride), Vector512.Load(row + (2 * stride)), row, stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Combine(Vector512<float> w0, Vector512<float> w1, Vector512<float> w2, float* target, long stride)
    {
        (w0 + w1 + w2).Store(target);
        w0.Store(target + stride);
        w2.Store(target + (2 * stride));
    }

    /// <summary>Writes each pixel and the differences of its neighbors from it, in both directions, to (9, pixels, K).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void TransformInputs(
        ContextMap input, int first, int count, float* zeros, Vector512<float>* halfway, float* transformed)
    {
        int size = input.Size, depth = Weights.Depth;
        long product = (long)Together * depth;
        for (int i = 0; i < count; i++, transformed += depth)
        {
            int image = Math.DivRem(first + i, size * size, out int place);
            (int y, int x) = Math.DivRem(place, size);
            float* center = input.Pixel(image, y, x);
            float* left = x > 0 ? center - input.Stride : zeros;
            float* right = x + 1 < size ? center + input.Stride : zeros;
            long row = (long)size * input.Stride;
            (bool top, bool bottom) = (y == 0, y + 1 == size);
            float* above = top ? zeros : center - row;
            float* below = bottom ? zeros : center + row;
            float* aboveLeft = top || x == 0 ? zeros : above - input.Stride;
            float* aboveRight = top || x + 1 == size ? zeros : above + input.Stride;
            float* belowLeft = bottom || x == 0 ? zeros : below - input.Stride;
            float* belowRight = bottom || x + 1 == size ? zeros : below + input.Stride;
            for (int channel = 0; channel < depth; channel += Gemm.Lanes)
            {
                float* to = transformed + channel;
                var middle = Vector512.Load(center + channel);
                Vector512<float> toLeft = Vector512.Load(left + channel) - middle;
                Vector512<float> toRight = Vector512.Load(right + channel) - middle;
                middle.Store(to);
                toLeft.Store(to + product);
                toRight.Store(to + (2 * product));
                Differences(
                    above + channel, aboveLeft + channel, aboveRight + channel, middle, toLeft, toRight, to + (3 * product), product);
                Differences(
                    below + channel, belowLeft + channel, belowRight + channel, middle, toLeft, toRight, to + (6 * product), product);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Differences(
        float* center,
        float* left,
        float* right,
        Vector512<float> middle,
        Vector512<float> toLeft,
        Vector512<float> toRight,
        float* target,
        long product)
    {
        var other = Vector512.Load(center);
        (other - middle).Store(target);
        (Vector512.Load(left) - other - toLeft).Store(target + product);
        (Vector512.Load(right) - other - toRight).Store(target + (2 * product));
    }

    /// <summary>Writes the four outputs of each pixel, with bias and gates.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void WriteOutputs(float* sums, int first, int count, int panel, Vector512<float>* halfway, ContextMap output)
    {
        const int Product = Together * Gemm.Columns;
        float* bias = Weights.Bias(panel);
        int channel = panel * Gemm.Lanes;
        int size = output.Size / 2;
        for (int i = 0; i < count; i++, sums += Gemm.Columns)
        {
            int image = Math.DivRem(first + i, size * size, out int place);
            (int y, int x) = Math.DivRem(place, size);
            for (int down = 0; down < 2; down++)
            {
                for (int along = 0; along < 2; along++)
                {
                    float* across = sums + ((1 + along) * Product);
                    float* vertical = sums + (3 * (1 + down) * Product);
                    float* both = vertical + ((1 + along) * Product);
                    Vector512<float> value = Vector512.Load(sums) + Vector512.Load(across)
                        + (Vector512.Load(vertical) + Vector512.Load(both)) + Vector512.Load(bias);
                    Vector512<float> gate = Vector512.Load(sums + Gemm.Lanes) + Vector512.Load(across + Gemm.Lanes)
                        + (Vector512.Load(vertical + Gemm.Lanes) + Vector512.Load(both + Gemm.Lanes)) + Vector512.Load(bias + Gemm.Lanes);
                    float* pixel = output.Pixel(image, (2 * y) + down, (2 * x) + along) + channel;
                    (value * VectorMath.Sigmoid(gate)).Store(pixel);
                }
            }
        }
    }
}
