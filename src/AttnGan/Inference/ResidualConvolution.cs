using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttnGan.Inference;

/// <summary>
/// A 3x3 convolution with padding 1 by Winograd's minimal filtering F(4x4, 3x3) (Lavin and Gray, CVPR 2016): 16 outputs of a pair of
/// channels take 36 multiplications instead of 144. Bias and gates, or bias and the residual sum, are applied to the outputs.
/// </summary>
/// <remarks>
/// A patch d of 6 x 6 inputs is transformed to B^T d B, a kernel g to G g G^T (once, when the model is loaded). Their element-wise
/// products, summed over the input channels by 36 matrix products, give m, and A^T m A the 4 x 4 outputs.
/// </remarks>
internal sealed unsafe class ResidualConvolution : TransformedConvolution
{
    private const int Tile = 4;
    private const int Patch = 6;
    private const int Products = Patch * Patch;

    private readonly bool _gated;

    /// <param name="weight">(outputs, inputs, 3, 3).</param>
    /// <param name="bias">(outputs).</param>
    /// <param name="inputs">The input channel at each position of a pixel, or -1 for padding.</param>
    /// <param name="columns">The output of each panel column, gated or plain.</param>
    /// <param name="gated">True to write the gated values; false to add the outputs to the values in the output map.</param>
    public ResidualConvolution(WeightValues weight, float[] bias, int[] inputs, int[] columns, bool gated)
        : base(PackedWeights.Convolution(weight, bias, inputs, columns, Products, TransformKernel), Products) => _gated = gated;

    /// <summary>Returns the number of tiles of 4 x 4 pixels; sides are multiples of 4.</summary>
    protected override int Units(ContextMap input) => input.Pixels / (Tile * Tile);

    /// <summary>Computes G g G^T of 16 kernels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformKernel(float* kernels, float* transformed, long stride)
    {
        const int Row = 3 * Gemm.Columns;
        float* columns = stackalloc float[Patch * 3 * Gemm.Lanes];
        for (int x = 0; x < 3; x++)
        {
            float* kernel = kernels + (x * Gemm.Columns);
            TransformKernel(
                Vector512.Load(kernel),
                Vector512.Load(kernel + Row),
                Vector512.Load(kernel + (2 * Row)),
                columns + (x * Gemm.Lanes),
                3 * Gemm.Lanes);
        }

        for (int y = 0; y < Patch; y++)
        {
            float* row = columns + (3 * y * Gemm.Lanes);
            TransformKernel(
                Vector512.Load(row),
                Vector512.Load(row + Gemm.Lanes),
                Vector512.Load(row + (2 * Gemm.Lanes)),
                transformed + (Patch * y * stride),
                stride);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformKernel(Vector512<float> g0, Vector512<float> g1, Vector512<float> g2, float* target, long stride)
    {
        Vector512<float> four = Vector512.Create(4f), minusSix = Vector512.Create(-6f);
        Vector512<float> six = Vector512.Create(6f), twelve = Vector512.Create(12f), twentyFour = Vector512.Create(24f);
        Vector512<float> ends = g0 / twentyFour, middle = g1 / twelve, last = g2 / six;
        (g0 / four).Store(target);
        ((g0 + g1 + g2) / minusSix).Store(target + stride);
        ((g0 - g1 + g2) / minusSix).Store(target + (2 * stride));
        (ends + middle + last).Store(target + (3 * stride));
        (ends - middle + last).Store(target + (4 * stride));
        g2.Store(target + (5 * stride));
    }

    /// <summary>Writes B^T d B of each tile to (36, tiles, K).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override void TransformInputs(
        ContextMap input, int first, int count, float* zeros, Vector512<float>* halfway, float* transformed)
    {
        int across = input.Size / Tile;
        int depth = Weights.Depth;
        float** pixels = stackalloc float*[Products];
        for (int tile = 0; tile < count; tile++)
        {
            int image = Math.DivRem(first + tile, across * across, out int place);
            (int tileY, int tileX) = Math.DivRem(place, across);
            for (int i = 0; i < Products; i++)
            {
                int y = (tileY * Tile) + (i / Patch) - 1;
                int x = (tileX * Tile) + (i % Patch) - 1;
                bool inside = (uint)y < (uint)input.Size && (uint)x < (uint)input.Size;
                pixels[i] = inside ? input.Pixel(image, y, x) : zeros;
            }

            for (int channel = 0; channel < depth; channel += Gemm.Lanes)
            {
                for (int x = 0; x < Patch; x++)
                {
                    TransformInput(
                        Vector512.Load(pixels[x] + channel),
                        Vector512.Load(pixels[Patch + x] + channel),
                        Vector512.Load(pixels[(2 * Patch) + x] + channel),
                        Vector512.Load(pixels[(3 * Patch) + x] + channel),
                        Vector512.Load(pixels[(4 * Patch) + x] + channel),
                        Vector512.Load(pixels[(5 * Patch) + x] + channel),
                        (float*)(halfway + x),
                        Patch * Gemm.Lanes);
                }

                for (int y = 0; y < Patch; y++)
                {
                    Vector512<float>* row = halfway + (y * Patch);
                    TransformInput(
                        row[0],
                        row[1],
                        row[2],
                        row[3],
                        row[4],
                        row[5],
                        transformed + ((((long)y * Patch * Together) + tile) * depth) + channel,
                        Together * depth);
                }
            }
        }
    }

    /// <summary>Computes B^T d.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformInput(
        Vector512<float> d0,
        Vector512<float> d1,
        Vector512<float> d2,
        Vector512<float> d3,
        Vector512<float> d4,
        Vector512<float> d5,
        float* target,
        long stride)
    {
        Vector512<float> two = Vector512.Create(2f), four = Vector512.Create(4f), five = Vector512.Create(5f);
        Vector512<float> even = Vector512.FusedMultiplyAdd(-four, d2, d4), odd = Vector512.FusedMultiplyAdd(-four, d1, d3);
        Vector512<float> difference = d4 - d2, twice = two * (d3 - d1);
        Vector512.FusedMultiplyAdd(four, d0, Vector512.FusedMultiplyAdd(-five, d2, d4)).Store(target);
        (even + odd).Store(target + stride);
        (even - odd).Store(target + (2 * stride));
        (difference + twice).Store(target + (3 * stride));
        (difference - twice).Store(target + (4 * stride));
        Vector512.FusedMultiplyAdd(four, d1, Vector512.FusedMultiplyAdd(-five, d3, d5)).Store(target + (5 * stride));
    }

    /// <summary>Computes A^T m A of each tile, then applies the gates or the residual sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    protected override void WriteOutputs(float* sums, int first, int count, int panel, Vector512<float>* halfway, ContextMap output)
    {
        const int Outputs = Tile * Tile;
        int across = output.Size / Tile;
        float* bias = Weights.Bias(panel);
        int channel = panel * (_gated ? Gemm.Lanes : Gemm.Columns);
        long row = (long)output.Size * output.Stride;
        byte* memory = stackalloc byte[((2 * Outputs) + 1) * sizeof(Vector512<float>)];
        var lower = (Vector512<float>*)(((nuint)memory + 63) & ~(nuint)63);
        Vector512<float>* upper = lower + Outputs;
        for (int tile = 0; tile < count; tile++, sums += Gemm.Columns)
        {
            int image = Math.DivRem(first + tile, across * across, out int place);
            (int tileY, int tileX) = Math.DivRem(place, across);
            float* pixel = output.Pixel(image, tileY * Tile, tileX * Tile) + channel;
            TransformOutputs(sums, Vector512.Load(bias), halfway, lower);
            TransformOutputs(sums + Gemm.Lanes, Vector512.Load(bias + Gemm.Lanes), halfway, upper);
            for (int i = 0; i < Outputs; i++)
            {
                float* to = pixel + ((i / Tile) * row) + ((i % Tile) * output.Stride);
                if (_gated)
                {
                    (lower[i] * VectorMath.Sigmoid(upper[i])).Store(to);
                }
                else
                {
                    (Vector512.Load(to) + lower[i]).Store(to);
                    (Vector512.Load(to + Gemm.Lanes) + upper[i]).Store(to + Gemm.Lanes);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void TransformOutputs(float* sums, Vector512<float> bias, Vector512<float>* halfway, Vector512<float>* target)
    {
        const int Stride = Together * Gemm.Columns;
        for (int x = 0; x < Patch; x++, sums += Stride)
        {
            TransformOutput(
                Vector512.Load(sums),
                Vector512.Load(sums + (Patch * Stride)),
                Vector512.Load(sums + (2 * Patch * Stride)),
                Vector512.Load(sums + (3 * Patch * Stride)),
                Vector512.Load(sums + (4 * Patch * Stride)),
                Vector512.Load(sums + (5 * Patch * Stride)),
                Vector512<float>.Zero,
                halfway + x,
                Patch);
        }

        for (int y = 0; y < Tile; y++, halfway += Patch, target += Tile)
        {
            TransformOutput(halfway[0], halfway[1], halfway[2], halfway[3], halfway[4], halfway[5], bias, target, 1);
        }
    }

    /// <summary>Computes A^T m and adds the bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TransformOutput(
        Vector512<float> m0,
        Vector512<float> m1,
        Vector512<float> m2,
        Vector512<float> m3,
        Vector512<float> m4,
        Vector512<float> m5,
        Vector512<float> bias,
        Vector512<float>* target,
        int stride)
    {
        Vector512<float> sum12 = m1 + m2, difference12 = m1 - m2, sum34 = m3 + m4, difference34 = m3 - m4;
        target[0] = m0 + sum12 + sum34 + bias;
        target[stride] = Vector512.FusedMultiplyAdd(Vector512.Create(2f), difference34, difference12) + bias;
        target[2 * stride] = Vector512.FusedMultiplyAdd(Vector512.Create(4f), sum34, sum12) + bias;
        target[3 * stride] = Vector512.FusedMultiplyAdd(Vector512.Create(8f), difference34, difference12) + m5 + bias;
    }
}
