using AttnGan.Models;
using AttnGan.Training.Configuration;
using AttnGan.Training.Encoders;
using AttnGan.Training.Onnx;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Generator;

/// <summary>F_i: computes a hidden context of twice the size from the previous one and its word context (paper, equation 1).</summary>
internal sealed class RefinementStage : nn.Module<Tensor, Tensor, Tensor, (Tensor Hidden, Tensor Attention)>
{
    private readonly WordAttention att;
    private readonly Sequential residual;
    private readonly Sequential upsample;

    public RefinementStage(GeneratorConfig config, int embedding, bool misalignedMask)
        : base(nameof(RefinementStage))
    {
        att = new WordAttention(config.Width, embedding, config.Attention, misalignedMask);
        residual = Sequential(Enumerable.Range(0, config.ResidualBlocks)
            .Select(i => ($"{i}", (nn.Module<Tensor, Tensor>)new ResidualBlock(2 * config.Width))));
        upsample = Blocks.Up(2 * config.Width, config.Width);
        RegisterComponents();
    }

    /// <param name="hidden">h: (B, C, H, W).</param>
    /// <param name="words">e: (B, D, T).</param>
    /// <param name="padding">(B, T), true where there is no word.</param>
    /// <returns>The next hidden context (B, C, 2H, 2W) and the attention (B, T, H, W).</returns>
    public override (Tensor Hidden, Tensor Attention) forward(Tensor hidden, Tensor words, Tensor padding)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor context, Tensor attention) = att.forward(hidden, words, padding);
        Tensor x = cat([hidden, context], dim: 1); // (B, 2C, H, W)
        x = residual.forward(x);
        x = upsample.forward(x);                   // (B, C, 2H, 2W)
        return (x.MoveToOuterDisposeScope(), attention.MoveToOuterDisposeScope());
    }

    /// <summary>Adds the stage in evaluation mode to an ONNX graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="stage">The number of the stage, at least 2.</param>
    /// <param name="size">S: the side of the input.</param>
    /// <param name="hidden">h: (B, C, S, S).</param>
    /// <param name="text">Word features and padding.</param>
    public (OnnxValue Hidden, OnnxValue Attention) Export(OnnxGraph graph, int stage, int size, OnnxValue hidden, ExportedText text)
    {
        (OnnxValue context, OnnxValue attention) = att.Export(graph, stage, size, hidden, text);
        OnnxValue x = graph.Concat(axis: 1, hidden, context); // (B, 2C, S, S)
        int index = 0;
        foreach (ResidualBlock block in residual.children().Cast<ResidualBlock>())
        {
            x = block.Export(graph, stage, index++, x);
        }

        x = Blocks.ExportUp(graph, TensorNames.Up(stage), upsample, x); // (B, C, 2S, 2S)
        return (x, attention);
    }
}
