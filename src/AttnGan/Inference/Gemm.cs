using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttnGan.Inference;

/// <summary>
/// Matrix product of 12 rows and a panel of 32 columns, with the sums in registers: the inner loop of nearly all layers.
/// </summary>
/// <remarks>
/// Each element is summed over k in ascending order, one fused multiply-add after the other, whatever the vector width of the machine
/// and the other rows. So results are bit-identical on every machine, in every batch and with any number of threads.
/// </remarks>
internal static unsafe class Gemm
{
    /// <summary>Rows that are computed together. Callers pad to a multiple; the results of padding rows are undefined.</summary>
    public const int Rows = 12;

    /// <summary>Columns of a panel.</summary>
    public const int Columns = 32;

    /// <summary>Values of a vector; channels are padded to a multiple.</summary>
    public const int Lanes = 16;

    /// <summary>Computes c = a b for <paramref name="rows"/> rows, a multiple of <see cref="Rows"/>, and one panel.</summary>
    /// <param name="depth">K.</param>
    /// <param name="rows">M.</param>
    /// <param name="a">(M, K), rows <paramref name="stride"/> apart.</param>
    /// <param name="stride">Values from one row of a to the next.</param>
    /// <param name="b">(K, 32), packed.</param>
    /// <param name="c">(M, 32), packed.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(int depth, int rows, float* a, int stride, float* b, float* c)
    {
        for (int row = 0; row < rows; row += Rows, a += Rows * stride, c += Rows * Columns)
        {
            if (Vector512.IsHardwareAccelerated)
            {
                Multiply12x32(depth, a, stride, b, c);
            }
            else
            {
                for (int half = 0; half < 2; half++)
                {
                    Multiply6x16(depth, a + (half * 6 * stride), stride, b, c + (half * 6 * Columns));
                    Multiply6x16(depth, a + (half * 6 * stride), stride, b + Lanes, c + (half * 6 * Columns) + Lanes);
                }
            }
        }
    }

    /// <summary>Computes c = a b for a single row and one panel.</summary>
    /// <param name="depth">K.</param>
    /// <param name="a">(K).</param>
    /// <param name="b">(K, 32), packed.</param>
    /// <param name="c">(32).</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyRow(int depth, float* a, float* b, float* c)
    {
        Vector512<float> c0 = default, c1 = default;
        for (int k = 0; k < depth; k++, b += Columns)
        {
            var x = Vector512.Create(a[k]);
            c0 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b), c0);
            c1 = Vector512.FusedMultiplyAdd(x, Vector512.Load(b + Lanes), c1);
        }

        c0.Store(c);
        c1.Store(c + Lanes);
    }

    /// <summary>24 sums, 2 vectors of b and 1 value of a: 27 of the 32 registers of AVX-512.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Multiply12x32(int depth, float* a, nint stride, float* b, float* c)
    {
        Vector512<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector512<float> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        Vector512<float> c60 = default, c61 = default, c70 = default, c71 = default, c80 = default, c81 = default;
        Vector512<float> c90 = default, c91 = default, cA0 = default, cA1 = default, cB0 = default, cB1 = default;

        // Four pointers and two offsets address twelve rows without arithmetic in the loop.
        float* a3 = a + (3 * stride);
        float* a6 = a + (6 * stride);
        float* a9 = a + (9 * stride);
        nint twice = 2 * stride;
        for (int k = 0; k < depth; k++)
        {
            Vector512<float> b0 = Vector512.Load(b), b1 = Vector512.Load(b + Lanes), x;
            x = Vector512.Create(*a);
            c00 = Vector512.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector512.FusedMultiplyAdd(x, b1, c01);
            x = Vector512.Create(*(a + stride));
            c10 = Vector512.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector512.FusedMultiplyAdd(x, b1, c11);
            x = Vector512.Create(*(a + twice));
            c20 = Vector512.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector512.FusedMultiplyAdd(x, b1, c21);
            x = Vector512.Create(*a3);
            c30 = Vector512.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector512.FusedMultiplyAdd(x, b1, c31);
            x = Vector512.Create(*(a3 + stride));
            c40 = Vector512.FusedMultiplyAdd(x, b0, c40);
            c41 = Vector512.FusedMultiplyAdd(x, b1, c41);
            x = Vector512.Create(*(a3 + twice));
            c50 = Vector512.FusedMultiplyAdd(x, b0, c50);
            c51 = Vector512.FusedMultiplyAdd(x, b1, c51);
            x = Vector512.Create(*a6);
            c60 = Vector512.FusedMultiplyAdd(x, b0, c60);
            c61 = Vector512.FusedMultiplyAdd(x, b1, c61);
            x = Vector512.Create(*(a6 + stride));
            c70 = Vector512.FusedMultiplyAdd(x, b0, c70);
            c71 = Vector512.FusedMultiplyAdd(x, b1, c71);
            x = Vector512.Create(*(a6 + twice));
            c80 = Vector512.FusedMultiplyAdd(x, b0, c80);
            c81 = Vector512.FusedMultiplyAdd(x, b1, c81);
            x = Vector512.Create(*a9);
            c90 = Vector512.FusedMultiplyAdd(x, b0, c90);
            c91 = Vector512.FusedMultiplyAdd(x, b1, c91);
            x = Vector512.Create(*(a9 + stride));
            cA0 = Vector512.FusedMultiplyAdd(x, b0, cA0);
            cA1 = Vector512.FusedMultiplyAdd(x, b1, cA1);
            x = Vector512.Create(*(a9 + twice));
            cB0 = Vector512.FusedMultiplyAdd(x, b0, cB0);
            cB1 = Vector512.FusedMultiplyAdd(x, b1, cB1);
            a++;
            a3++;
            a6++;
            a9++;
            b += Columns;
        }

        Store(c, c00, c01);
        Store(c + Columns, c10, c11);
        Store(c + (2 * Columns), c20, c21);
        Store(c + (3 * Columns), c30, c31);
        Store(c + (4 * Columns), c40, c41);
        Store(c + (5 * Columns), c50, c51);
        Store(c + (6 * Columns), c60, c61);
        Store(c + (7 * Columns), c70, c71);
        Store(c + (8 * Columns), c80, c81);
        Store(c + (9 * Columns), c90, c91);
        Store(c + (10 * Columns), cA0, cA1);
        Store(c + (11 * Columns), cB0, cB1);
    }

    /// <summary>12 sums, 2 vectors of b and 1 value of a: 15 of the 16 registers of AVX2. The stride of b and c is a panel's 32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Multiply6x16(int depth, float* a, nint stride, float* b, float* c)
    {
        Vector256<float> c00 = default, c01 = default, c10 = default, c11 = default, c20 = default, c21 = default;
        Vector256<float> c30 = default, c31 = default, c40 = default, c41 = default, c50 = default, c51 = default;
        float* a3 = a + (3 * stride);
        nint twice = 2 * stride;
        for (int k = 0; k < depth; k++)
        {
            Vector256<float> b0 = Vector256.Load(b), b1 = Vector256.Load(b + 8), x;
            x = Vector256.Create(*a);
            c00 = Vector256.FusedMultiplyAdd(x, b0, c00);
            c01 = Vector256.FusedMultiplyAdd(x, b1, c01);
            x = Vector256.Create(*(a + stride));
            c10 = Vector256.FusedMultiplyAdd(x, b0, c10);
            c11 = Vector256.FusedMultiplyAdd(x, b1, c11);
            x = Vector256.Create(*(a + twice));
            c20 = Vector256.FusedMultiplyAdd(x, b0, c20);
            c21 = Vector256.FusedMultiplyAdd(x, b1, c21);
            x = Vector256.Create(*a3);
            c30 = Vector256.FusedMultiplyAdd(x, b0, c30);
            c31 = Vector256.FusedMultiplyAdd(x, b1, c31);
            x = Vector256.Create(*(a3 + stride));
            c40 = Vector256.FusedMultiplyAdd(x, b0, c40);
            c41 = Vector256.FusedMultiplyAdd(x, b1, c41);
            x = Vector256.Create(*(a3 + twice));
            c50 = Vector256.FusedMultiplyAdd(x, b0, c50);
            c51 = Vector256.FusedMultiplyAdd(x, b1, c51);
            a++;
            a3++;
            b += Columns;
        }

        Store(c, c00, c01);
        Store(c + Columns, c10, c11);
        Store(c + (2 * Columns), c20, c21);
        Store(c + (3 * Columns), c30, c31);
        Store(c + (4 * Columns), c40, c41);
        Store(c + (5 * Columns), c50, c51);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector512<float> first, Vector512<float> second)
    {
        first.Store(c);
        second.Store(c + Lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* c, Vector256<float> first, Vector256<float> second)
    {
        first.Store(c);
        second.Store(c + 8);
    }
}
