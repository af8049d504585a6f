using AttnGan.Models;
using AttnGan.Training.Layers;
using AttnGan.Training.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Generator;

/// <summary>Gated linear unit: the first half of the channels times the sigmoid of the second half.</summary>
internal sealed class Glu() : nn.Module<Tensor, Tensor>(nameof(Glu))
{
    /// <param name="input">(B, 2C, ...).</param>
    /// <returns>(B, C, ...).</returns>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();

        // Not libtorch's glu: in channels-last layout its backward pass takes up to five times as long.
        Tensor[] halves = input.chunk(2, dim: 1);
        return (halves[0] * halves[1].sigmoid()).MoveToOuterDisposeScope();
    }

    public static OnnxValue Export(OnnxGraph graph, OnnxValue input)
    {
        (OnnxValue value, OnnxValue gate) = graph.Split(input, axis: 1);
        return graph.Multiply(value, graph.Sigmoid(gate));
    }
}

/// <summary>Building blocks of the generator, with the structure and state names of the official code.</summary>
internal static class Blocks
{
    public static ConvolutionLayer Conv3x3(int inputs, int outputs) => new(inputs, outputs, kernel: 3, padding: 1);

    /// <summary>Creates a block that doubles the size: (B, inputs, H, W) to (B, outputs, 2H, 2W).</summary>
    /// <remarks>Module 0 of the official code is the upsampling, which has no weights.</remarks>
    public static Sequential Up(int inputs, int outputs) => Sequential(
        ("1", new UpsamplingConvolution(inputs, 2 * outputs)),
        ("2", new GlobalBatchNorm(2 * outputs)),
        ("3", new Glu()));

    /// <summary>Adds a block that doubles the size to an ONNX graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="layer">The name of the layer, from which the names of the weights are derived.</param>
    /// <param name="up">A block that <see cref="Up"/> created.</param>
    /// <param name="input">(B, inputs, H, W).</param>
    public static OnnxValue ExportUp(OnnxGraph graph, string layer, Sequential up, OnnxValue input)
    {
        OnnxValue x = graph.Upsample2x(input);                                  // (B, inputs, 2H, 2W)
        x = ExportNormalized(graph, layer, ((UpsamplingConvolution)up[0]).Weight, (BatchNorm)up[1], x); // (B, 2 outputs, 2H, 2W)
        return Glu.Export(graph, x);
    }

    /// <summary>Adds a convolution and its batch normalization to an ONNX graph, as one convolution with a bias.</summary>
    public static OnnxValue ExportNormalized(OnnxGraph graph, string layer, Tensor convolution, BatchNorm norm, OnnxValue input)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor weight, Tensor bias) = BatchNormFolding.Fold(convolution, norm);
        return graph.Conv3x3(
            input, graph.Weight(TensorNames.WeightOf(layer), weight), graph.Weight(TensorNames.BiasOf(layer), bias));
    }
}

/// <summary>A residual block: (B, C, H, W) to the same shape.</summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    private readonly Sequential block;

    public ResidualBlock(int channels)
        : base(nameof(ResidualBlock))
    {
        block = Sequential(
            Blocks.Conv3x3(channels, 2 * channels),
            new GlobalBatchNorm(2 * channels),
            new Glu(),
            Blocks.Conv3x3(channels, channels),
            new GlobalBatchNorm(channels));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return (block.forward(input) + input).MoveToOuterDisposeScope();
    }

    /// <summary>Adds the block to an ONNX graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="stage">The stage that the block is part of, at least 2.</param>
    /// <param name="index">The index of the block in the stage, from 0.</param>
    /// <param name="input">(B, C, H, W).</param>
    public OnnxValue Export(OnnxGraph graph, int stage, int index, OnnxValue input)
    {
        OnnxValue x = Blocks.ExportNormalized(
            graph, TensorNames.Residual(stage, index, 1), ((ConvolutionLayer)block[0]).Weight, (BatchNorm)block[1], input); // (B, 2C, H, W)
        x = Glu.Export(graph, x);
        x = Blocks.ExportNormalized(
            graph, TensorNames.Residual(stage, index, 2), ((ConvolutionLayer)block[3]).Weight, (BatchNorm)block[4], x);
        return graph.Add(x, input);
    }
}
