using System.Runtime.CompilerServices;

namespace AttnGan.Inference;

/// <summary>The weights of a layer as <see cref="Gemm"/> reads them: panels of 32 columns, for each one or several matrices.</summary>
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

    /// <summary>Turns the nine weights of a 3x3 kernel into one number for each matrix.</summary>
    public delegate void KernelTransform(float* kernel, float* transformed);

    /// <summary>K: numbers of an input row, padding included.</summary>
    public int Depth { get; }

    public int Panels { get; }

    /// <summary>The weights of a linear layer.</summary>
    /// <param name="weight">(outputs, inputs).</param>
    /// <param name="bias">(outputs), or null.</param>
    /// <param name="inputs">The input at each place of a row, or -1.</param>
    /// <param name="columns">The output of each column, or -1.</param>
    public static PackedWeights Linear(float[] weight, float[]? bias, int[] inputs, int[] columns) =>
        Pack(weight, bias, inputs, columns, matrices: 1, size: 1, static (kernel, transformed) => *transformed = *kernel);

    /// <summary>The weights of a 3x3 convolution, transformed.</summary>
    /// <param name="weight">(outputs, inputs, 3, 3).</param>
    /// <param name="bias">(outputs), or null.</param>
    /// <param name="inputs">The input channel at each place of a pixel, or -1.</param>
    /// <param name="columns">The output of each column, or -1.</param>
    /// <param name="matrices">How many numbers the transform makes of a kernel.</param>
    /// <param name="transform">Called for each pair of channels.</param>
    public static PackedWeights Convolution(
        float[] weight, float[]? bias, int[] inputs, int[] columns, int matrices, KernelTransform transform) =>
        Pack(weight, bias, inputs, columns, matrices, size: 9, transform);

    /// <summary>(K, 32) of a matrix and a panel.</summary>
    public float* Panel(int panel, int matrix = 0) =>
        _weights.Pointer + ((((long)panel * _matrices) + matrix) * Depth * Gemm.Columns);

    /// <summary>(32) of a panel.</summary>
    public float* Bias(int panel) => _bias.Pointer + (panel * Gemm.Columns);

    private static PackedWeights Pack(
        float[] weight, float[]? bias, int[] inputs, int[] columns, int matrices, int size, KernelTransform transform)
    {
        var packed = new PackedWeights(matrices, inputs.Length, columns, bias);
        int channels = inputs.Max() + 1;
        Parallel.For(0, packed.Panels, panel => packed.FillPanel(panel, weight, channels, inputs, columns, size, transform));
        return packed;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FillPanel(int panel, float[] weight, int channels, int[] inputs, int[] columns, int size, KernelTransform transform)
    {
        float* transformed = stackalloc float[_matrices];
        float* target = Panel(panel);
        fixed (float* kernels = weight)
        {
            for (int k = 0; k < inputs.Length; k++)
            {
                for (int column = 0; column < Gemm.Columns; column++)
                {
                    int output = columns[(panel * Gemm.Columns) + column];
                    if (output < 0 || inputs[k] < 0)
                    {
                        continue;
                    }

                    transform(kernels + (((long)output * channels) + inputs[k]) * size, transformed);
                    for (int matrix = 0; matrix < _matrices; matrix++)
                    {
                        target[((((long)matrix * Depth) + k) * Gemm.Columns) + column] = transformed[matrix];
                    }
                }
            }
        }
    }
}
