using AttnGan.Training.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Encoders;

/// <summary>
/// A small residual network for small images, trained from scratch with the text encoder: it requires no pre-trained weights. Three
/// downsamplings lead to the region map (8 x 8 for 64 pixels), one more to the global feature.
/// </summary>
internal sealed class CompactTrunk : ImageTrunk
{
    private readonly Sequential stem;
    private readonly Sequential down1;
    private readonly ResidualUnit unit1;
    private readonly Sequential down2;
    private readonly ResidualUnit unit2;
    private readonly Sequential down3;
    private readonly ResidualUnit unit3;
    private readonly Sequential down4;

    public CompactTrunk(int width)
        : base(nameof(CompactTrunk))
    {
        stem = ConvBlock(3, width, stride: 1);
        down1 = ConvBlock(width, 2 * width, stride: 2);
        unit1 = new ResidualUnit(2 * width);
        down2 = ConvBlock(2 * width, 4 * width, stride: 2);
        unit2 = new ResidualUnit(4 * width);
        down3 = ConvBlock(4 * width, 8 * width, stride: 2);
        unit3 = new ResidualUnit(8 * width);
        down4 = ConvBlock(8 * width, 8 * width, stride: 2);
        RegionChannels = GlobalChannels = 8 * width;
        RegisterComponents();
    }

    public override int RegionChannels { get; }

    public override int GlobalChannels { get; }

    public override bool Frozen => false;

    public override int RegionSide(int imageSize) => imageSize / 8;

    public override (Tensor Regions, Tensor Global) forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = stem.forward(input);                         // (B, W, S, S)
        x = unit1.forward(down1.forward(x));                    // (B, 2W, S/2, S/2)
        x = unit2.forward(down2.forward(x));                    // (B, 4W, S/4, S/4)
        Tensor regions = unit3.forward(down3.forward(x));       // (B, 8W, S/8, S/8)
        Tensor global = down4.forward(regions).mean([2, 3]);    // (B, 8W)
        return (regions.MoveToOuterDisposeScope(), global.MoveToOuterDisposeScope());
    }

    private static Sequential ConvBlock(int inputs, int outputs, int stride) => Sequential(
        new ConvolutionLayer(inputs, outputs, kernel: 3, stride, padding: 1),
        new GlobalBatchNorm(outputs),
        LeakyReLU(0.2, inplace: true));

    private sealed class ResidualUnit : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential block;

        public ResidualUnit(int channels)
            : base(nameof(ResidualUnit))
        {
            block = Sequential(
                new ConvolutionLayer(channels, channels, kernel: 3, padding: 1),
                new GlobalBatchNorm(channels),
                LeakyReLU(0.2, inplace: true),
                new ConvolutionLayer(channels, channels, kernel: 3, padding: 1),
                new GlobalBatchNorm(channels));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using DisposeScope scope = NewDisposeScope();
            return functional.leaky_relu(block.forward(input) + input, 0.2).MoveToOuterDisposeScope();
        }
    }
}
