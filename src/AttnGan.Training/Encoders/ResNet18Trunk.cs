using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Encoders;

/// <summary>
/// The residual network of 18 layers (He et al., 2016) that <see cref="ResNet18File"/> has the weights of: pre-trained on ImageNet and
/// frozen. It has 2, 2, 2 and 3 blocks of 64, 128, 256 and 512 channels. Batch normalization is folded into the convolutions.
/// </summary>
/// <remarks>
/// The file pads stride-2 convolutions and the pooling at the top and left only. At sides that are a multiple of 32, every map has an even
/// side there, so that symmetric padding gives the same windows: its last row and column are not reached.
/// </remarks>
internal sealed class ResNet18Trunk : ImageTrunk
{
    /// <summary>Image sides are multiples of it.</summary>
    public const int Stride = 32;

    /// <summary>Channels of the last group and width of the global feature.</summary>
    public const int Channels = 512;

    /// <summary>Name of the first convolution.</summary>
    public const string Stem = "conv1";

    // The means of ImageNet in the package, red, green and blue of 0 to 255.
    private static readonly float[] _means = [123.1516f, 115.9029f, 103.0626f];

    private readonly Conv2d conv1;
    private readonly Sequential layer1;
    private readonly Sequential layer2;
    private readonly Sequential layer3;
    private readonly Sequential layer4;

    /// <param name="regionChannels">256 for regions of 16 pixels, 512 for regions of 32 pixels.</param>
    public ResNet18Trunk(int regionChannels = Channels)
        : base(nameof(ResNet18Trunk))
    {
        RegionChannels = regionChannels;
        conv1 = Conv2d(3, 64, kernel_size: 7, stride: 2, padding: 3);
        layer1 = Sequential(new BasicBlock(64, 64), new BasicBlock(64, 64));
        layer2 = Sequential(new BasicBlock(64, 128), new BasicBlock(128, 128));
        layer3 = Sequential(new BasicBlock(128, 256), new BasicBlock(256, 256));
        layer4 = Sequential(new BasicBlock(256, 512), new BasicBlock(512, 512), new BasicBlock(512, 512));
        RegisterComponents();
    }

    public override int RegionChannels { get; }

    public override int GlobalChannels => Channels;

    public override bool Frozen => true;

    /// <summary>Returns the name of a block in the group with the given number of channels.</summary>
    public static string BlockName(long channels, int block) => $"layer{long.Log2(channels) - 5}.{block}";

    /// <param name="input">(B, 3, S, S) in [-1, 1], S a multiple of 32.</param>
    public override (Tensor Regions, Tensor Global) forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<Tensor> maps = Maps(input);
        Tensor regions = maps[RegionChannels == Channels ? 3 : 2];
        Tensor global = maps[3].mean([2, 3]);               // (B, 512)
        return (regions.MoveToOuterDisposeScope(), global.MoveToOuterDisposeScope());
    }

    /// <summary>Computes the maps after each group: S/4, S/8, S/16 and S/32 pixels.</summary>
    /// <param name="input">(B, 3, S, S) in [-1, 1], S a multiple of 32.</param>
    public IReadOnlyList<Tensor> Maps(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor shift = tensor(_means, input.dtype, input.device).view(1, 3, 1, 1) - 127.5;
        Tensor x = (input * 127.5) - shift;                 // 0 to 255 minus the means
        x = functional.relu(conv1.forward(x));              // (B, 64, S/2, S/2)
        x = functional.max_pool2d(x, 3, stride: 2, padding: 1);
        Tensor map1 = layer1.forward(x);                    // (B, 64, S/4, S/4)
        Tensor map2 = layer2.forward(map1);                 // (B, 128, S/8, S/8)
        Tensor map3 = layer3.forward(map2);                 // (B, 256, S/16, S/16)
        Tensor map4 = layer4.forward(map3);                 // (B, 512, S/32, S/32)
        return [.. new[] { map1, map2, map3, map4 }.Select(map => map.MoveToOuterDisposeScope())];
    }

    private sealed class BasicBlock : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d conv1;
        private readonly Conv2d conv2;
        private readonly Conv2d? shortcut;

        /// <summary>A block that changes the number of channels halves the side.</summary>
        public BasicBlock(int inputs, int outputs)
            : base(nameof(BasicBlock))
        {
            int stride = inputs == outputs ? 1 : 2;
            conv1 = Conv2d(inputs, outputs, kernel_size: 3, stride: stride, padding: 1);
            conv2 = Conv2d(outputs, outputs, kernel_size: 3, padding: 1);
            shortcut = inputs == outputs ? null : Conv2d(inputs, outputs, kernel_size: 1, stride: stride);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor x = conv2.forward(functional.relu(conv1.forward(input)));
            return functional.relu(x + (shortcut is null ? input : shortcut.forward(input))).MoveToOuterDisposeScope();
        }
    }
}
