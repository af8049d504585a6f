using System.Runtime.Intrinsics;

namespace AttnGan.Inference;

/// <summary>
/// A 3x3 convolution in three steps: the inputs are transformed, a matrix product for each transformed value sums over the channels, and
/// the sums are transformed to outputs. The transformed inputs and a panel of weights stay in the cache.
/// </summary>
internal abstract unsafe class TransformedConvolution
{
    /// <summary>
    /// Units (tiles or pixels) that are computed together: with a panel of weights, 24 of them fit into an L2 cache of 1 MB.
    /// </summary>
    protected const int Together = 2 * Gemm.Rows;

    private readonly int _products;

    /// <param name="weights">Packed weights with a matrix for each product.</param>
    /// <param name="products">Number of transformed values of a unit.</param>
    protected TransformedConvolution(PackedWeights weights, int products)
    {
        Weights = weights;
        _products = products;
    }

    protected PackedWeights Weights { get; }

    /// <summary>Applies the layer.</summary>
    /// <param name="input">(B, S, S, inputs).</param>
    /// <param name="output">(B, S', S', outputs), which must not overlap the input.</param>
    /// <param name="workspace">Scratch memory and workers.</param>
    public void Run(ContextMap input, ContextMap output, Workspace workspace)
    {
        int units = Units(input);
        int blocks = (units + Together - 1) / Together;

        // With few blocks, the panels are divided among the workers too, although each worker then transforms the inputs itself.
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

    /// <summary>Returns the number of units of a batch.</summary>
    protected abstract int Units(ContextMap input);

    /// <summary>Transforms the inputs of some units.</summary>
    /// <param name="input">All inputs.</param>
    /// <param name="first">The first unit.</param>
    /// <param name="count">Number of units, at most <see cref="Together"/>.</param>
    /// <param name="zeros">(K) zeros, used for pixels outside.</param>
    /// <param name="halfway">Scratch memory: a vector for each product.</param>
    /// <param name="transformed">(products, <see cref="Together"/>, K).</param>
    protected abstract void TransformInputs(
        ContextMap input, int first, int count, float* zeros, Vector512<float>* halfway, float* transformed);

    /// <summary>Writes the outputs of some units for the channels of a panel.</summary>
    /// <param name="sums">(products, <see cref="Together"/>, 32).</param>
    /// <param name="first">The first unit.</param>
    /// <param name="count">Number of units.</param>
    /// <param name="panel">The panel.</param>
    /// <param name="halfway">Scratch memory: a vector for each product.</param>
    /// <param name="output">All outputs.</param>
    protected abstract void WriteOutputs(float* sums, int first, int count, int panel, Vector512<float>* halfway, ContextMap output);
}
