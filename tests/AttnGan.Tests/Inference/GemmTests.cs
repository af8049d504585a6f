using AttnGan.Inference;

namespace AttnGan.Tests.Inference;

public sealed unsafe class GemmTests
{
    private const int Extra = 5;

    private delegate void Kernel(int depth, int rows, float* a, int stride, float* b, float* c);

    [Theory]
    [InlineData(1, 12)]
    [InlineData(2, 24)]
    [InlineData(7, 12)]
    [InlineData(16, 36)]
    [InlineData(33, 12)]
    [InlineData(100, 24)]
    public void Products_are_close_to_the_exact_ones(int depth, int rows)
    {
        var a = new Matrix(1, rows, depth);
        var b = new Matrix(2, depth, Gemm.Columns);
        float[] actual = Run(Gemm.Multiply, a, b);
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < Gemm.Columns; column++)
            {
                double expected = 0;
                double magnitude = 0;
                for (int k = 0; k < depth; k++)
                {
                    double product = (double)a[row, k] * b[k, column];
                    expected += product;
                    magnitude += Math.Abs(product);
                }

                // Each of the K roundings has a relative error of at most 2^-24.
                Assert.Equal(expected, actual[(row * Gemm.Columns) + column], magnitude * depth * Math.ScaleB(1, -24));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(33)]
    [InlineData(100)]
    public void Every_kernel_is_bit_identical_to_a_simple_loop(int depth)
    {
        var a = new Matrix(1, 24, depth);
        var b = new Matrix(2, depth, Gemm.Columns);
        float[] expected = Run(SimpleLoop, a, b);

        Assert.Equal(expected, Run(Gemm.Multiply, a, b));
        Assert.Equal(expected, Run(WithWideVectors, a, b));
        Assert.Equal(expected, Run(WithNarrowVectors, a, b));
        Assert.Equal(expected, Run(RowByRow, a, b));
    }

    [Fact]
    public void A_row_does_not_depend_on_other_rows()
    {
        var b = new Matrix(2, 19, Gemm.Columns);
        var a = new Matrix(1, 12, 19);
        float[] expected = Run(Gemm.Multiply, a, b);
        for (int row = 0; row < 12; row++)
        {
            var others = new Matrix(3, 12, 19);
            for (int k = 0; k < 19; k++)
            {
                others[row, k] = a[row, k];
                others[(row + 1) % 12, k] = float.NaN;
            }

            float[] actual = Run(Gemm.Multiply, others, b);

            Assert.Equal(
                expected.AsSpan(row * Gemm.Columns, Gemm.Columns).ToArray(), actual.AsSpan(row * Gemm.Columns, Gemm.Columns).ToArray());
        }
    }

    private static float[] Run(Kernel kernel, Matrix a, Matrix b)
    {
        float[] c = new float[a.Rows * Gemm.Columns];
        fixed (float* pointerA = a.Values, pointerB = b.Packed(), pointerC = c)
        {
            kernel(a.Columns, a.Rows, pointerA, a.Columns + Extra, pointerB, pointerC);
        }

        return c;
    }

    private static void SimpleLoop(int depth, int rows, float* a, int stride, float* b, float* c)
    {
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < Gemm.Columns; column++)
            {
                float sum = 0;
                for (int k = 0; k < depth; k++)
                {
                    sum = float.FusedMultiplyAdd(a[(row * stride) + k], b[(k * Gemm.Columns) + column], sum);
                }

                c[(row * Gemm.Columns) + column] = sum;
            }
        }
    }

    private static void WithWideVectors(int depth, int rows, float* a, int stride, float* b, float* c)
    {
        for (int row = 0; row < rows; row += 12)
        {
            Gemm.Multiply12x32(depth, a + (row * stride), stride, b, c + (row * Gemm.Columns));
        }
    }

    private static void WithNarrowVectors(int depth, int rows, float* a, int stride, float* b, float* c)
    {
        for (int row = 0; row < rows; row += 6)
        {
            Gemm.Multiply6x16(depth, a + (row * stride), stride, b, c + (row * Gemm.Columns));
            Gemm.Multiply6x16(depth, a + (row * stride), stride, b + 16, c + (row * Gemm.Columns) + 16);
        }
    }

    private static void RowByRow(int depth, int rows, float* a, int stride, float* b, float* c)
    {
        for (int row = 0; row < rows; row++)
        {
            Gemm.MultiplyRow(depth, a + (row * stride), b, c + (row * Gemm.Columns));
        }
    }

    /// <summary>Normal values with NaNs between the rows, which must not be read.</summary>
    private sealed class Matrix
    {
        public Matrix(long seed, int rows, int columns)
        {
            (Rows, Columns) = (rows, columns);
            Values =
            [
                .. NaiveLayers.Normal(seed, rows * columns).Chunk(columns)
                    .SelectMany(row => row.Concat(Enumerable.Repeat(float.NaN, Extra))),
            ];
        }

        public int Rows { get; }

        public int Columns { get; }

        /// <summary>The rows, each followed by a few NaNs.</summary>
        public float[] Values { get; }

        public float this[int row, int column]
        {
            get => Values[(row * (Columns + Extra)) + column];
            set => Values[(row * (Columns + Extra)) + column] = value;
        }

        public float[] Packed() => [.. Values.Chunk(Columns + Extra).SelectMany(row => row[..Columns])];
    }
}
