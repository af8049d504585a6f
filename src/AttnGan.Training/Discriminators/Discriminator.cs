using AttnGan.Training.Configuration;
using AttnGan.Training.Layers;
using AttnGan.Training.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Discriminators;

/// <summary>
/// D_i: judges the images of one stage, alone and with their caption (paper, equation 5), in logits.
/// Strided convolutions lead to a 4 x 4 map of 8 * width channels. State names at 64, 128 and 256 pixels are those of the
/// official <c>D_NET64</c>, <c>D_NET128</c> and <c>D_NET256</c>; smaller and larger sizes continue their pattern.
/// </summary>
internal sealed class Discriminator : nn.Module<Tensor, Tensor>
{
    private const int MapSize = 4;

    private readonly List<Sequential> _body = [];
    private readonly LogitHead COND_DNET;
    private readonly LogitHead? UNCOND_DNET;

    /// <param name="imageSize">Side of the images: a power of two from 16 to 512.</param>
    /// <param name="config">Width, heads and normalization.</param>
    /// <param name="embedding">D: width of the sentence feature.</param>
    public Discriminator(int imageSize, DiscriminatorConfig config, int embedding)
        : base(nameof(Discriminator))
    {
        ImageSize = imageSize;
        var layers = new Layers(config.SpectralNorm);
        int features = 8 * config.Width;
        int halvings = int.Log2(imageSize / MapSize);
        int bodyHalvings = int.Min(halvings, 4);

        // Up to 64 pixels one run of strided convolutions that doubles the channels and ends at 8 * width.
        List<nn.Module<Tensor, Tensor>> body = [layers.Conv(3, features >> (bodyHalvings - 1), 4, 2), LeakyReLU(0.2, inplace: true)];
        for (int i = bodyHalvings - 2; i >= 0; i--)
        {
            body.AddRange(layers.Block(features >> (i + 1), features >> i, 4, 2));
        }

        AddBody($"img_code_s{1 << bodyHalvings}", Sequential(body));

        // Larger images: further halvings that go on doubling, then as many steps back to 8 * width.
        for (int i = bodyHalvings; i < halvings; i++)
        {
            int inputs = features << (i - bodyHalvings);
            AddBody($"img_code_s{1 << (i + 1)}", Sequential(layers.Block(inputs, 2 * inputs, 4, 2)));
        }

        for (int i = halvings - 1; i >= bodyHalvings; i--)
        {
            int outputs = features << (i - bodyHalvings);
            AddBody($"img_code_s{1 << halvings}_{halvings - i}", Sequential(layers.Block(2 * outputs, outputs, 3, 1)));
        }

        if (config.Unconditional)
        {
            UNCOND_DNET = new LogitHead(layers, features, embedding: 0);
            register_module(nameof(UNCOND_DNET), UNCOND_DNET);
        }

        COND_DNET = new LogitHead(layers, features, embedding);
        register_module(nameof(COND_DNET), COND_DNET);
    }

    /// <summary>Side in pixels of the images that it judges.</summary>
    public int ImageSize { get; }

    /// <summary>Type of the features; null for that of weights, statistics and logits.</summary>
    public ScalarType? FeatureDType { get; init; }

    /// <summary>Whether images are also judged without their caption.</summary>
    public bool Unconditional => UNCOND_DNET is not null;

    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    /// <returns>Features (B, 8 * width, 4, 4), the input of both heads.</returns>
    public override Tensor forward(Tensor images) => Features(images);

    /// <summary>
    /// Features of several batches that lie one behind the other: the same as a pass for each in turn, batch normalization with its
    /// running statistics included, but weights are gone through once. Spectral normalization's power iteration moves on once for all.
    /// </summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    /// <param name="batches">Their sizes, B in all; none for one batch.</param>
    /// <returns>(B, 8 * width, 4, 4).</returns>
    public Tensor Features(Tensor images, params ReadOnlySpan<long> batches)
    {
        using DisposeScope scope = NewDisposeScope();
        return Maps(images, batches)[^1].MoveToOuterDisposeScope();
    }

    /// <summary>What every layer of the body makes of images, from large maps of few channels to <see cref="Features"/>.</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    /// <param name="batches">As in <see cref="Features"/>.</param>
    /// <returns>Each (B, C, H, W), after its activation.</returns>
    public IReadOnlyList<Tensor> Maps(Tensor images, params ReadOnlySpan<long> batches)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = images.In(FeatureDType).ToChannelsLast();
        List<Tensor> maps = [];
        foreach (Sequential part in _body)
        {
            maps.AddRange(Run(part, x, batches));
            x = maps[^1];
        }

        return [.. maps.Select(map => map.MoveToOuterDisposeScope())];
    }

    /// <summary>Logits (B) of "this is a real image of that caption", for several batches as in <see cref="Features"/>.</summary>
    /// <param name="features">(B, 8 * width, 4, 4).</param>
    /// <param name="sentence">E: (B, D).</param>
    /// <param name="batches">Their sizes, B in all; none for one batch.</param>
    public Tensor Conditional(Tensor features, Tensor sentence, params ReadOnlySpan<long> batches)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor tiled = sentence.to(features.dtype).unsqueeze(2).unsqueeze(3).expand(-1, -1, MapSize, MapSize);
        return COND_DNET.Logits(cat([features, tiled], dim: 1), batches).MoveToOuterDisposeScope();
    }

    /// <summary>Logits (B) of "this is a real image".</summary>
    public Tensor UnconditionalLogits(Tensor features) =>
        (UNCOND_DNET ?? throw new InvalidOperationException("This discriminator has no unconditional head.")).Logits(features, []);

    /// <summary>Layer by layer, each batch normalized by itself; the map after every activation.</summary>
    private static IReadOnlyList<Tensor> Run(Sequential layers, Tensor x, ReadOnlySpan<long> batches)
    {
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> maps = [];
        foreach (nn.Module<Tensor, Tensor> layer in layers.children().Cast<nn.Module<Tensor, Tensor>>())
        {
            x = layer is BatchNorm && batches.Length > 1
                ? cat([.. x.split(batches.ToArray()).Select(layer.forward)])
                : layer.forward(x);
            if (layer is LeakyReLU)
            {
                maps.Add(x);
            }
        }

        return [.. maps.Select(map => map.MoveToOuterDisposeScope())];
    }

    private void AddBody(string name, Sequential part)
    {
        _body.Add(part);
        register_module(name, part);
    }

    /// <summary>A head with the caption (embedding > 0: a joint convolution first) or without.</summary>
    private sealed class LogitHead : nn.Module
    {
        private readonly Sequential? jointConv;
        private readonly Sequential outlogits;

        public LogitHead(Layers layers, int features, int embedding)
            : base(nameof(LogitHead))
        {
            if (embedding > 0)
            {
                jointConv = Sequential(layers.Block(features + embedding, features, 3, 1));
                register_module(nameof(jointConv), jointConv);
            }

            outlogits = Sequential(layers.Conv(features, 1, MapSize, MapSize, padding: 0, bias: true));
            register_module(nameof(outlogits), outlogits);
        }

        public Tensor Logits(Tensor x, ReadOnlySpan<long> batches)
        {
            using DisposeScope scope = NewDisposeScope();
            if (jointConv is not null)
            {
                x = Run(jointConv, x, batches)[^1];
            }

            return outlogits.forward(x).view(-1).to(outlogits.parameters().First().dtype).MoveToOuterDisposeScope();
        }
    }

    /// <summary>Convolutions with batch normalization, or with spectral normalization in its place.</summary>
    private sealed record Layers(bool SpectralNorm)
    {
        public nn.Module<Tensor, Tensor> Conv(int inputs, int outputs, int kernel, int stride, int padding = 1, bool bias = false) =>
            SpectralNorm
                ? new SpectralConv2d(inputs, outputs, kernel, stride, padding)
                : new ConvolutionLayer(inputs, outputs, kernel, stride, padding, bias);

        public nn.Module<Tensor, Tensor>[] Block(int inputs, int outputs, int kernel, int stride)
        {
            nn.Module<Tensor, Tensor> conv = Conv(inputs, outputs, kernel, stride);
            nn.Module<Tensor, Tensor> activation = LeakyReLU(0.2, inplace: true);
            return SpectralNorm ? [conv, activation] : [conv, BatchNorm2d(outputs), activation];
        }
    }
}
