using System.Runtime.CompilerServices;

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

    /// <summary>Transforms the nine weights of a 3x3 kernel into one value for each matrix.</summary>
    public delegate void KernelTransform(float* kernel, float* transformed);

    /// <summary>K: width of an input row, padding included.</summary>
    public int Depth { get; }

    /// <summary>Number of panels.</summary>
    public int Panels { get; }

    /// <summary>Packs the weights of a linear layer.</summary>
    /// <param name="weight">(outputs, inputs).</param>
    /// <param name="bias">(outputs), or null.</param>
    /// <param name="inputs">The input at each position of a row, or -1 for padding.</param>
    /// <param name="columns">The output of each column, or -1 for padding.</param>
    public static PackedWeights Linear(float[] weight, float[]? bias, int[] inputs, int[] columns) =>
        Pack(weight, bias, inputs, columns, matrices: 1, size: 1, static (kernel, transformed) => *transformed = *kernel);

    /// <summary>Transforms and packs the weights of a 3x3 convolution.</summary>
    /// <param name="weight">(outputs, inputs, 3, 3).</param>
    /// <param name="bias">(outputs), or null.</param>
    /// <param name="inputs">The input channel at each position of a pixel, or -1 for padding.</param>
    /// <param name="columns">The output of each column, or -1 for padding.</param>
    /// <param name="matrices">Number of values that the transform returns for a kernel.</param>
    /// <param name="transform">Called for each pair of channels.</param>
    public static PackedWeights Convolution(
        float[] weight, float[]? bias, int[] inputs, int[] columns, int matrices, KernelTransform transform) =>
        Pack(weight, bias, inputs, columns, matrices, size: 9, transform);

    /// <summary>Returns a panel of a matrix: (K, 32).</summary>
    public float* Panel(int panel, int matrix = 0) =>
        _weights.Pointer + ((((long)panel * _matrices) + matrix) * Depth * Gemm.Columns);

    /// <summary>Returns the biases of a panel: (32).</summary>
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
