using AttnGan.Training.Configuration;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Generator;

/// <summary>F_i: the next hidden context, twice the size, from the last one and its word context (paper, equation 1).</summary>
internal sealed class RefinementStage : nn.Module<Tensor, Tensor, Tensor, (Tensor Hidden, Tensor Attention)>
{
    private readonly WordAttention att;
    private readonly Sequential residual;
    private readonly Sequential upsample;

    public RefinementStage(GeneratorConfig config, int embedding, bool misalignedMask)
        : base(nameof(RefinementStage))
    {
        att = new WordAttention(config.Width, embedding, misalignedMask);
        residual = Sequential(Enumerable.Range(0, config.ResidualBlocks).Select(i => ($"{i}", (nn.Module<Tensor, Tensor>)new ResidualBlock(2 * config.Width))));
        upsample = Blocks.Up(2 * config.Width, config.Width);
        RegisterComponents();
    }

    /// <param name="hidden">h: (B, C, H, W).</param>
    /// <param name="words">e: (B, D, T).</param>
    /// <param name="padding">(B, T), true where there is no word.</param>
    /// <returns>The next hidden context (B, C, 2H, 2W) and the attention that led to it (B, T, H, W).</returns>
    public override (Tensor Hidden, Tensor Attention) forward(Tensor hidden, Tensor words, Tensor padding)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor context, Tensor attention) = att.forward(hidden, words, padding);
        Tensor x = cat([hidden, context], dim: 1); // (B, 2C, H, W)
        x = residual.forward(x);
        x = upsample.forward(x);                   // (B, C, 2H, 2W)
        return (x.MoveToOuterDisposeScope(), attention.MoveToOuterDisposeScope());
    }
}
