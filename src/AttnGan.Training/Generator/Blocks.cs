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
    public override Tensor forward(Tensor input) => functional.glu(input, dim: 1);
}

/// <summary>Building blocks of the generator; layouts and state names follow the official code.</summary>
internal static class Blocks
{
    public static Conv2d Conv3x3(int inputs, int outputs) =>
        Conv2d(inputs, outputs, kernel_size: 3, padding: 1, bias: false);

    /// <summary>Twice the size: (B, inputs, H, W) to (B, outputs, 2H, 2W).</summary>
    public static Sequential Up(int inputs, int outputs) => Sequential(
        Upsample(scale_factor: [2, 2], mode: UpsampleMode.Nearest),
        Conv3x3(inputs, 2 * outputs),
        BatchNorm2d(2 * outputs),
        new Glu());
}

/// <summary>(B, C, H, W) to the same shape.</summary>
internal sealed class ResidualBlock : nn.Module<Tensor, Tensor>
{
    private readonly Sequential block;

    public ResidualBlock(int channels)
        : base(nameof(ResidualBlock))
    {
        block = Sequential(
            Blocks.Conv3x3(channels, 2 * channels),
            BatchNorm2d(2 * channels),
            new Glu(),
            Blocks.Conv3x3(channels, channels),
            BatchNorm2d(channels));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        return (block.forward(input) + input).MoveToOuterDisposeScope();
    }
}
