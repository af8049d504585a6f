using AttnGan.Training.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Encoders;

/// <summary>
/// Inception-v3 (Szegedy et al., 2016) with torchvision's state names: regions from Mixed_6e, global feature from the pooled last block. It
/// is pre-trained and frozen, as in the paper.
/// </summary>
internal sealed class InceptionTrunk : ImageTrunk
{
    private readonly BasicConv Conv2d_1a_3x3;
    private readonly BasicConv Conv2d_2a_3x3;
    private readonly BasicConv Conv2d_2b_3x3;
    private readonly BasicConv Conv2d_3b_1x1;
    private readonly BasicConv Conv2d_4a_3x3;
    private readonly InceptionA Mixed_5b;
    private readonly InceptionA Mixed_5c;
    private readonly InceptionA Mixed_5d;
    private readonly InceptionB Mixed_6a;
    private readonly InceptionC Mixed_6b;
    private readonly InceptionC Mixed_6c;
    private readonly InceptionC Mixed_6d;
    private readonly InceptionC Mixed_6e;
    private readonly InceptionD Mixed_7a;
    private readonly InceptionE Mixed_7b;
    private readonly InceptionE Mixed_7c;

    public InceptionTrunk(InceptionPooling pooling = InceptionPooling.Torchvision)
        : base(nameof(InceptionTrunk))
    {
        Conv2d_1a_3x3 = new BasicConv(3, 32, (3, 3), stride: 2);
        Conv2d_2a_3x3 = new BasicConv(32, 32, (3, 3));
        Conv2d_2b_3x3 = new BasicConv(32, 64, (3, 3), padding: (1, 1));
        Conv2d_3b_1x1 = new BasicConv(64, 80, (1, 1));
        Conv2d_4a_3x3 = new BasicConv(80, 192, (3, 3));
        Mixed_5b = new InceptionA(192, 32, pooling);
        Mixed_5c = new InceptionA(256, 64, pooling);
        Mixed_5d = new InceptionA(288, 64, pooling);
        Mixed_6a = new InceptionB(288);
        Mixed_6b = new InceptionC(768, 128, pooling);
        Mixed_6c = new InceptionC(768, 160, pooling);
        Mixed_6d = new InceptionC(768, 160, pooling);
        Mixed_6e = new InceptionC(768, 192, pooling);
        Mixed_7a = new InceptionD(768);
        Mixed_7b = new InceptionE(1280, pooling, isLast: false);
        Mixed_7c = new InceptionE(2048, pooling, isLast: true);
        RegisterComponents();
    }

    public override int RegionChannels => 768;

    public override int GlobalChannels => 2048;

    public override bool Frozen => true;

    public override int RegionSide(int imageSize) => 17;

    /// <param name="input">(B, 3, 299, 299) in [-1, 1].</param>
    public override (Tensor Regions, Tensor Global) forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = Conv2d_1a_3x3.forward(input);      // (B, 32, 149, 149)
        x = Conv2d_2a_3x3.forward(x);                 // (B, 32, 147, 147)
        x = Conv2d_2b_3x3.forward(x);                 // (B, 64, 147, 147)
        x = MaxPool(x);                               // (B, 64, 73, 73)
        x = Conv2d_3b_1x1.forward(x);                 // (B, 80, 73, 73)
        x = Conv2d_4a_3x3.forward(x);                 // (B, 192, 71, 71)
        x = MaxPool(x);                               // (B, 192, 35, 35)
        x = Mixed_5b.forward(x);                      // (B, 256, 35, 35)
        x = Mixed_5c.forward(x);                      // (B, 288, 35, 35)
        x = Mixed_5d.forward(x);                      // (B, 288, 35, 35)
        x = Mixed_6a.forward(x);                      // (B, 768, 17, 17)
        x = Mixed_6b.forward(x);
        x = Mixed_6c.forward(x);
        x = Mixed_6d.forward(x);
        Tensor regions = Mixed_6e.forward(x);         // (B, 768, 17, 17)
        x = Mixed_7a.forward(regions);                // (B, 1280, 8, 8)
        x = Mixed_7b.forward(x);                      // (B, 2048, 8, 8)
        x = Mixed_7c.forward(x);                      // (B, 2048, 8, 8)
        Tensor global = x.mean([2, 3]);               // (B, 2048)
        return (regions.MoveToOuterDisposeScope(), global.MoveToOuterDisposeScope());
    }

    private static Tensor MaxPool(Tensor x) => functional.max_pool2d(x, 3, stride: 2);

    /// <summary>At the border, torchvision's mean includes the zero padding; TensorFlow's does not.</summary>
    private static Tensor AveragePool(Tensor x, InceptionPooling pooling) =>
        functional.avg_pool2d(x, 3, stride: 1, padding: 1, count_include_pad: pooling == InceptionPooling.Torchvision);

    private sealed class BasicConv : nn.Module<Tensor, Tensor>
    {
        private readonly Conv2d conv;
        private readonly GlobalBatchNorm bn;

        public BasicConv(int inputs, int outputs, (long, long) kernel, int stride = 1, (long, long) padding = default)
            : base(nameof(BasicConv))
        {
            conv = Conv2d(inputs, outputs, kernel, stride: (stride, stride), padding: padding, bias: false);
            bn = new GlobalBatchNorm(outputs, epsilon: 0.001);
            RegisterComponents();
        }

        public override Tensor forward(Tensor input)
        {
            using DisposeScope scope = NewDisposeScope();
            return functional.relu(bn.forward(conv.forward(input))).MoveToOuterDisposeScope();
        }
    }

    private sealed class InceptionA : nn.Module<Tensor, Tensor>
    {
        private readonly BasicConv branch1x1;
        private readonly BasicConv branch5x5_1;
        private readonly BasicConv branch5x5_2;
        private readonly BasicConv branch3x3dbl_1;
        private readonly BasicConv branch3x3dbl_2;
        private readonly BasicConv branch3x3dbl_3;
        private readonly BasicConv branch_pool;

        private readonly InceptionPooling _pooling;

        public InceptionA(int inputs, int poolFeatures, InceptionPooling pooling)
            : base(nameof(InceptionA))
        {
            _pooling = pooling;
            branch1x1 = new BasicConv(inputs, 64, (1, 1));
            branch5x5_1 = new BasicConv(inputs, 48, (1, 1));
            branch5x5_2 = new BasicConv(48, 64, (5, 5), padding: (2, 2));
            branch3x3dbl_1 = new BasicConv(inputs, 64, (1, 1));
            branch3x3dbl_2 = new BasicConv(64, 96, (3, 3), padding: (1, 1));
            branch3x3dbl_3 = new BasicConv(96, 96, (3, 3), padding: (1, 1));
            branch_pool = new BasicConv(inputs, poolFeatures, (1, 1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor b1 = branch1x1.forward(x);
            Tensor b5 = branch5x5_2.forward(branch5x5_1.forward(x));
            Tensor b3 = branch3x3dbl_3.forward(branch3x3dbl_2.forward(branch3x3dbl_1.forward(x)));
            Tensor pool = branch_pool.forward(AveragePool(x, _pooling));
            return cat([b1, b5, b3, pool], dim: 1).MoveToOuterDisposeScope();
        }
    }

    private sealed class InceptionB : nn.Module<Tensor, Tensor>
    {
        private readonly BasicConv branch3x3;
        private readonly BasicConv branch3x3dbl_1;
        private readonly BasicConv branch3x3dbl_2;
        private readonly BasicConv branch3x3dbl_3;

        public InceptionB(int inputs)
            : base(nameof(InceptionB))
        {
            branch3x3 = new BasicConv(inputs, 384, (3, 3), stride: 2);
            branch3x3dbl_1 = new BasicConv(inputs, 64, (1, 1));
            branch3x3dbl_2 = new BasicConv(64, 96, (3, 3), padding: (1, 1));
            branch3x3dbl_3 = new BasicConv(96, 96, (3, 3), stride: 2);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor b3 = branch3x3.forward(x);
            Tensor doubled = branch3x3dbl_3.forward(branch3x3dbl_2.forward(branch3x3dbl_1.forward(x)));
            return cat([b3, doubled, MaxPool(x)], dim: 1).MoveToOuterDisposeScope();
        }
    }

    private sealed class InceptionC : nn.Module<Tensor, Tensor>
    {
        private readonly BasicConv branch1x1;
        private readonly BasicConv branch7x7_1;
        private readonly BasicConv branch7x7_2;
        private readonly BasicConv branch7x7_3;
        private readonly BasicConv branch7x7dbl_1;
        private readonly BasicConv branch7x7dbl_2;
        private readonly BasicConv branch7x7dbl_3;
        private readonly BasicConv branch7x7dbl_4;
        private readonly BasicConv branch7x7dbl_5;
        private readonly BasicConv branch_pool;

        private readonly InceptionPooling _pooling;

        public InceptionC(int inputs, int channels7x7, InceptionPooling pooling)
            : base(nameof(InceptionC))
        {
            _pooling = pooling;
            int c7 = channels7x7;
            branch1x1 = new BasicConv(inputs, 192, (1, 1));
            branch7x7_1 = new BasicConv(inputs, c7, (1, 1));
            branch7x7_2 = new BasicConv(c7, c7, (1, 7), padding: (0, 3));
            branch7x7_3 = new BasicConv(c7, 192, (7, 1), padding: (3, 0));
            branch7x7dbl_1 = new BasicConv(inputs, c7, (1, 1));
            branch7x7dbl_2 = new BasicConv(c7, c7, (7, 1), padding: (3, 0));
            branch7x7dbl_3 = new BasicConv(c7, c7, (1, 7), padding: (0, 3));
            branch7x7dbl_4 = new BasicConv(c7, c7, (7, 1), padding: (3, 0));
            branch7x7dbl_5 = new BasicConv(c7, 192, (1, 7), padding: (0, 3));
            branch_pool = new BasicConv(inputs, 192, (1, 1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor b1 = branch1x1.forward(x);
            Tensor b7 = branch7x7_3.forward(branch7x7_2.forward(branch7x7_1.forward(x)));
            Tensor doubled = branch7x7dbl_3.forward(branch7x7dbl_2.forward(branch7x7dbl_1.forward(x)));
            doubled = branch7x7dbl_5.forward(branch7x7dbl_4.forward(doubled));
            Tensor pool = branch_pool.forward(AveragePool(x, _pooling));
            return cat([b1, b7, doubled, pool], dim: 1).MoveToOuterDisposeScope();
        }
    }

    private sealed class InceptionD : nn.Module<Tensor, Tensor>
    {
        private readonly BasicConv branch3x3_1;
        private readonly BasicConv branch3x3_2;
        private readonly BasicConv branch7x7x3_1;
        private readonly BasicConv branch7x7x3_2;
        private readonly BasicConv branch7x7x3_3;
        private readonly BasicConv branch7x7x3_4;

        public InceptionD(int inputs)
            : base(nameof(InceptionD))
        {
            branch3x3_1 = new BasicConv(inputs, 192, (1, 1));
            branch3x3_2 = new BasicConv(192, 320, (3, 3), stride: 2);
            branch7x7x3_1 = new BasicConv(inputs, 192, (1, 1));
            branch7x7x3_2 = new BasicConv(192, 192, (1, 7), padding: (0, 3));
            branch7x7x3_3 = new BasicConv(192, 192, (7, 1), padding: (3, 0));
            branch7x7x3_4 = new BasicConv(192, 192, (3, 3), stride: 2);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor b3 = branch3x3_2.forward(branch3x3_1.forward(x));
            Tensor b7 = branch7x7x3_2.forward(branch7x7x3_1.forward(x));
            b7 = branch7x7x3_4.forward(branch7x7x3_3.forward(b7));
            return cat([b3, b7, MaxPool(x)], dim: 1).MoveToOuterDisposeScope();
        }
    }

    private sealed class InceptionE : nn.Module<Tensor, Tensor>
    {
        private readonly BasicConv branch1x1;
        private readonly BasicConv branch3x3_1;
        private readonly BasicConv branch3x3_2a;
        private readonly BasicConv branch3x3_2b;
        private readonly BasicConv branch3x3dbl_1;
        private readonly BasicConv branch3x3dbl_2;
        private readonly BasicConv branch3x3dbl_3a;
        private readonly BasicConv branch3x3dbl_3b;
        private readonly BasicConv branch_pool;

        private readonly InceptionPooling _pooling;
        private readonly bool _maxPooling;

        public InceptionE(int inputs, InceptionPooling pooling, bool isLast)
            : base(nameof(InceptionE))
        {
            _pooling = pooling;
            _maxPooling = isLast && pooling == InceptionPooling.Tensorflow;
            branch1x1 = new BasicConv(inputs, 320, (1, 1));
            branch3x3_1 = new BasicConv(inputs, 384, (1, 1));
            branch3x3_2a = new BasicConv(384, 384, (1, 3), padding: (0, 1));
            branch3x3_2b = new BasicConv(384, 384, (3, 1), padding: (1, 0));
            branch3x3dbl_1 = new BasicConv(inputs, 448, (1, 1));
            branch3x3dbl_2 = new BasicConv(448, 384, (3, 3), padding: (1, 1));
            branch3x3dbl_3a = new BasicConv(384, 384, (1, 3), padding: (0, 1));
            branch3x3dbl_3b = new BasicConv(384, 384, (3, 1), padding: (1, 0));
            branch_pool = new BasicConv(inputs, 192, (1, 1));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor b1 = branch1x1.forward(x);
            Tensor b3 = branch3x3_1.forward(x);
            Tensor doubled = branch3x3dbl_2.forward(branch3x3dbl_1.forward(x));
            Tensor pooled = _maxPooling ? functional.max_pool2d(x, 3, stride: 1, padding: 1) : AveragePool(x, _pooling);
            Tensor pool = branch_pool.forward(pooled);
            return cat(
                [
                    b1,
                    branch3x3_2a.forward(b3), branch3x3_2b.forward(b3),
                    branch3x3dbl_3a.forward(doubled), branch3x3dbl_3b.forward(doubled),
                    pool,
                ],
                dim: 1).MoveToOuterDisposeScope();
        }
    }
}

/// <summary>The variant of pooling in Inception-v3, which must be that of the weights.</summary>
internal enum InceptionPooling
{
    /// <summary>torchvision's network: average pooling includes the zero padding.</summary>
    Torchvision,

    /// <summary>TensorFlow's graph of December 2015: average pooling excludes the padding, and the last block uses max pooling.</summary>
    Tensorflow,
}
