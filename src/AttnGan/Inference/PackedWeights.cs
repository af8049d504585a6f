using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace AttnGan.Inference;

/// <summary>The weights of a layer in the layout of <see cref="Gemm"/>: panels of 32 columns, each with one or several matrices.</summary>
internal sealed unsafe class PackedWeights
{
    private readonly PinnedBuffer _weights;
    private readonly PinnedBuffer _bias;
    private readonly int _matrices;

    private PackedWeights(int matrices, int depth, int[] columns, float[]? bias)
    {
        _matrices = matrices;
        Depth = depth;
        Panels = columns.Length / Gemm.Columns;
        _weights = new PinnedBuffer((long)matrices * depth * columns.Length, cleared: true);
        _bias = new PinnedBuffer(columns.Length, cleared: true);
        for (int column = 0; bias is not null && column < columns.Length; column++)
        {
            _bias.Pointer[column] = columns[column] < 0 ? 0 : bias[columns[column]];
        }
    }

    /// <summary>Transforms the nine weights of 16 kernels into one value of each for each matrix.</summary>
    /// <param name="kernels">(9, 32): the first 16 columns are transformed.</param>
    /// <param name="transformed">Receives 16 values for each matrix.</param>
    /// <param name="stride">Values from one matrix to the next.</param>
    public delegate void KernelTransform(float* kernels, float* transformed, long stride);

    /// <summary>K: width of an input row, padding included.</summary>
    public int Depth { get; }

    /// <summary>Number of panels.</summary>
    public int Panels { get; }

    /// <summary>Packs the weights of a linear layer.</summary>
    /// <param name="weight">(outputs, inputs).</param>
    /// <param name="bias">(outputs), or null.</param>
    /// <param name="inputs">The input at each position of a row, or -1 for padding.</param>
    /// <param name="columns">The output of each column, or -1 for padding.</param>
    public static PackedWeights Linear(WeightValues weight, float[]? bias, int[] inputs, int[] columns) =>
        Pack(weight, bias, inputs, columns, matrices: 1, size: 1, Copy);

    /// <summary>Transforms and packs the weights of a 3x3 convolution.</summary>
    /// <param name="weight">(outputs, inputs, 3, 3).</param>
    /// <param name="bias">(outputs), or null.</param>
    /// <param name="inputs">The input channel at each position of a pixel, or -1 for padding.</param>
    /// <param name="columns">The output of each column, or -1 for padding.</param>
    /// <param name="matrices">Number of values that the transform returns for a kernel.</param>
    /// <param name="transform">Called for each input channel and 16 outputs.</param>
    public static PackedWeights Convolution(
        WeightValues weight, float[]? bias, int[] inputs, int[] columns, int matrices, KernelTransform transform) =>
        Pack(weight, bias, inputs, columns, matrices, size: 9, transform);

    /// <summary>Returns a panel of a matrix: (K, 32).</summary>
    public float* Panel(int panel, int matrix = 0) =>
        _weights.Pointer + ((((long)panel * _matrices) + matrix) * Depth * Gemm.Columns);

    /// <summary>Returns the biases of a panel: (32).</summary>
    public float* Bias(int panel) => _bias.Pointer + (panel * Gemm.Columns);

    private static PackedWeights Pack(
        WeightValues weight, float[]? bias, int[] inputs, int[] columns, int matrices, int size, KernelTransform transform)
    {
        var packed = new PackedWeights(matrices, inputs.Length, columns, bias);
        int channels = inputs.Max() + 1;
        Parallel.For(
            0,
            packed.Panels,
            () => (Row: new float[channels * size], Kernels: new PinnedBuffer((long)channels * size * Gemm.Columns, cleared: false)),
            (panel, _, scratch) =>
            {
                Transpose(weight, columns.AsSpan(panel * Gemm.Columns, Gemm.Columns), scratch.Row, scratch.Kernels.Pointer);
                packed.FillPanel(panel, scratch.Kernels.Pointer, inputs, size, transform);
                return scratch;
            },
            static scratch => GC.KeepAlive(scratch));
        return packed;
    }

    /// <summary>Writes the weights of 32 outputs to (inputs, taps, 32); zeros for padding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(WeightValues weight, ReadOnlySpan<int> columns, float[] row, float* kernels)
    {
        for (int column = 0; column < columns.Length; column++)
        {
            if (columns[column] < 0)
            {
                Array.Clear(row);
            }
            else
            {
                weight.CopyTo(columns[column] * row.Length, row);
            }

            float* target = kernels + column;
            foreach (float value in row)
            {
                *target = value;
                target += Gemm.Columns;
            }
        }
    }

    private void FillPanel(int panel, float* kernels, int[] inputs, int size, KernelTransform transform)
    {
        long stride = (long)Depth * Gemm.Columns;
        float* target = Panel(panel);
        for (int k = 0; k < inputs.Length; k++, target += Gemm.Columns)
        {
            if (inputs[k] >= 0)
            {
                float* kernel = kernels + ((long)inputs[k] * size * Gemm.Columns);
                transform(kernel, target, stride);
                transform(kernel + Gemm.Lanes, target + Gemm.Lanes, stride);
            }
        }
    }

    private static void Copy(float* kernels, float* transformed, long stride) => Vector512.Load(kernels).Store(transformed);
}
