using System.Runtime.Intrinsics;

namespace AttnGan.Inference;

/// <summary>A linear layer with a gated linear unit.</summary>
internal sealed unsafe class GatedLinear
{
    private readonly PackedWeights _weights;

    /// <param name="weight">(2 outputs, inputs): values, then gates.</param>
    /// <param name="bias">(2 outputs).</param>
    /// <param name="inputs">Width of an input row.</param>
    /// <param name="columns">The output of each panel column, gated.</param>
    public GatedLinear(WeightValues weight, float[] bias, int inputs, int[] columns) =>
        _weights = PackedWeights.Linear(weight, bias, ChannelMap.Plain(inputs), columns);

    /// <summary>Width of an output row, padding included.</summary>
    public int Outputs => _weights.Panels * Gemm.Lanes;

    /// <summary>Applies the layer.</summary>
    /// <param name="rows">(B, inputs).</param>
    /// <param name="output">(B, outputs).</param>
    /// <param name="workspace">Scratch memory and workers.</param>
    public void Run(IReadOnlyList<float[]> rows, float* output, Workspace workspace)
    {
        int padded = (rows.Count + Gemm.Rows - 1) / Gemm.Rows * Gemm.Rows;
        float* input = workspace.Get("linear input", (long)padded * _weights.Depth);
        for (int row = 0; row < rows.Count; row++)
        {
            rows[row].CopyTo(new Span<float>(input + ((long)row * _weights.Depth), _weights.Depth));
        }

        workspace.Workers.Run(_weights.Panels, (panel, worker) =>
        {
            float* products = workspace.Scratch(worker, padded * Gemm.Columns);
            float* bias = _weights.Bias(panel);
            Gemm.Multiply(_weights.Depth, padded, input, _weights.Depth, _weights.Panel(panel), products);
            for (int row = 0; row < rows.Count; row++, products += Gemm.Columns)
            {
                Vector512<float> value = Vector512.Load(products) + Vector512.Load(bias);
                Vector512<float> gate = Vector512.Load(products + Gemm.Lanes) + Vector512.Load(bias + Gemm.Lanes);
                (value * VectorMath.Sigmoid(gate)).Store(output + ((long)row * Outputs) + (panel * Gemm.Lanes));
            }
        });
    }
}
