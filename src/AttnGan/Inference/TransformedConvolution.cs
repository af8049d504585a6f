using System.Runtime.Intrinsics;

namespace AttnGan.Inference;

/// <summary>
/// A 3x3 convolution in three steps: inputs are transformed, a matrix product for each transformed number sums over the channels, and the
/// sums are transformed into outputs. What a layer's inputs become, and a panel of its weights, stay in the processor's cache meanwhile.
/// </summary>
internal abstract unsafe class TransformedConvolution
{
    /// <summary>
    /// Units (tiles or pixels) that are computed together: two dozen of them and a panel of weights fit a second-level cache of a megabyte.
    /// </summary>
    protected const int Together = 2 * Gemm.Rows;

    private readonly int _products;

    /// <param name="weights">Packed with a matrix for each product.</param>
    /// <param name="products">Numbers that each unit becomes.</param>
    protected TransformedConvolution(PackedWeights weights, int products)
    {
        Weights = weights;
        _products = products;
    }

    protected PackedWeights Weights { get; }

    /// <summary>Applies the layer.</summary>
    /// <param name="input">(B, H, W, inputs).</param>
    /// <param name="output">(B, H', W', outputs), another place in memory.</param>
    /// <param name="workspace">Scratch memory and workers.</param>
    public void Run(ContextMap input, ContextMap output, Workspace workspace)
    {
        int units = Units(input);
        int blocks = (units + Together - 1) / Together;

        // Few blocks: the panels are shared among the workers too, though each then transforms the inputs for itself.
        int groups = blocks >= 2 * workspace.Workers.Count ? 1 : Math.Min(Weights.Panels, workspace.Workers.Count);
        int depth = Weights.Depth;
        long transformedLength = (long)_products * Together * depth;
        int summedLength = _products * Together * Gemm.Columns;
        int halfwayLength = _products * Gemm.Lanes;
        workspace.Workers.Run(blocks * groups, (item, worker) =>
        {
            float* transformed = workspace.Scratch(worker, transformedLength + summedLength + halfwayLength + depth);
            float* sums = transformed + transformedLength;
            var halfway = (Vector512<float>*)(sums + summedLength);
            float* zeros = sums + summedLength + halfwayLength;
            new Span<float>(zeros, depth).Clear();

            int first = item / groups * Together;
            int count = Math.Min(Together, units - first);
            int rows = (count + Gemm.Rows - 1) / Gemm.Rows * Gemm.Rows;
            TransformInputs(input, first, count, zeros, halfway, transformed);
            for (int panel = item % groups; panel < Weights.Panels; panel += groups)
            {
                for (int product = 0; product < _products; product++)
                {
                    Gemm.Multiply(
                        depth,
                        rows,
                        transformed + ((long)product * Together * depth),
                        depth,
                        Weights.Panel(panel, product),
                        sums + (product * Together * Gemm.Columns));
                }

                WriteOutputs(sums, first, count, panel, halfway, output);
            }
        });
    }

    /// <summary>How many units a batch has.</summary>
    protected abstract int Units(ContextMap input);

    /// <summary>Writes what the inputs of some units become.</summary>
    /// <param name="input">All inputs.</param>
    /// <param name="first">The first unit.</param>
    /// <param name="count">How many, at most <see cref="Together"/>.</param>
    /// <param name="zeros">(K) zeros, to stand for pixels outside.</param>
    /// <param name="halfway">A vector for each product, to keep results in.</param>
    /// <param name="transformed">(products, <see cref="Together"/>, K).</param>
    protected abstract void TransformInputs(
        ContextMap input, int first, int count, float* zeros, Vector512<float>* halfway, float* transformed);

    /// <summary>Writes the outputs of some units that a panel is for.</summary>
    /// <param name="sums">(products, <see cref="Together"/>, 32).</param>
    /// <param name="first">The first unit.</param>
    /// <param name="count">How many.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="halfway">A vector for each product, to keep results in.</param>
    /// <param name="output">All outputs.</param>
    protected abstract void WriteOutputs(float* sums, int first, int count, int panel, Vector512<float>* halfway, ContextMap output);
}
