using AttnGan.Training.Configuration;
using AttnGan.Training.Layers;
using AttnGan.Training.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Discriminators;

/// <summary>
/// D_i, the discriminator of one stage: logits of images with and without their captions (paper, equation 5). Strided convolutions lead to
/// a 4 x 4 map of 8 * width channels. State names at 64, 128 and 256 pixels are those of the official <c>D_NET64</c>, <c>D_NET128</c> and
/// <c>D_NET256</c>; other sizes continue the pattern.
/// </summary>
public sealed class Discriminator : nn.Module<Tensor, Tensor>
{
    private const int MapSize = 4;

    private readonly List<Sequential> _body = [];
    private readonly LogitHead COND_DNET;
    private readonly LogitHead? UNCOND_DNET;
    private readonly nn.Module<Tensor, Tensor>? projection;

    /// <summary>
    /// Creates a network on the CPU. <see cref="Initialization"/> gives it the initial weights of the paper's code. Must not be called
    /// within a dispose scope.
    /// </summary>
    /// <param name="imageSize">S: side of the images in pixels, a power of two from 16 to 512.</param>
    /// <param name="config">Width, heads and normalization.</param>
    /// <param name="embedding">D: width of the sentence feature.</param>
    public Discriminator(int imageSize, DiscriminatorConfig config, int embedding)
        : base(nameof(Discriminator))
    {
        if (imageSize is < 16 or > 512 || !int.IsPow2(imageSize))
        {
            throw new ArgumentOutOfRangeException(nameof(imageSize), imageSize, "The side must be a power of two from 16 to 512.");
        }

        ImageSize = imageSize;
        var layers = new Layers(config.SpectralNorm, config.SpectralNormLogits);
        int features = 8 * config.Width;
        int halvings = int.Log2(imageSize / MapSize);
        int bodyHalvings = int.Min(halvings, 4);

        // Up to 64 pixels, strided convolutions that double the channels up to 8 * width.
        List<nn.Module<Tensor, Tensor>> body = [layers.Conv(3, features >> (bodyHalvings - 1), 4, 2), LeakyReLU(0.2, inplace: true)];
        for (int i = bodyHalvings - 2; i >= 0; i--)
        {
            body.AddRange(layers.Block(features >> (i + 1), features >> i, 4, 2));
        }

        AddBody($"img_code_s{1 << bodyHalvings}", Sequential(body));

        // For larger images, further strided convolutions that double the channels, then the same number of steps back to 8 * width.
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
        if (config.Projection)
        {
            projection = layers.Conv(embedding, features * MapSize * MapSize, kernel: 1, stride: 1, padding: 0);
            register_module(nameof(projection), projection);
        }
    }

    /// <summary>S: the side of the images in pixels.</summary>
    public int ImageSize { get; }

    /// <summary>The element type of feature maps; null for the type of the weights.</summary>
    internal ScalarType? FeatureDType { get; init; }

    /// <summary>True if there is a head for images without their captions.</summary>
    public bool Unconditional => UNCOND_DNET is not null;

    /// <summary>Computes the features of a batch of images.</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    /// <returns>(B, 8 * width, 4, 4), the input of both heads.</returns>
    public override Tensor forward(Tensor images) => Features(images);

    /// <summary>
    /// Computes the features of several concatenated batches. Batch normalization treats each batch separately, running statistics
    /// included, so the result equals one pass per batch, but weights are read only once. Spectral normalization makes one power iteration
    /// for all.
    /// </summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    /// <param name="batches">The sizes of the batches, B in total; empty for one batch.</param>
    /// <returns>(B, 8 * width, 4, 4).</returns>
    public Tensor Features(Tensor images, params ReadOnlySpan<long> batches)
    {
        using DisposeScope scope = NewDisposeScope();
        return Maps(images, batches)[^1].MoveToOuterDisposeScope();
    }

    /// <summary>Computes the feature maps of all layers, from large maps with few channels to <see cref="Features"/>.</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    /// <param name="batches">As in <see cref="Features"/>.</param>
    /// <returns>(B, C, H, W) each, after the activation.</returns>
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

    /// <summary>
    /// Computes the logits (B) that images are real and match their captions, for several batches as in <see cref="Features"/>.
    /// </summary>
    /// <param name="features">(B, 8 * width, 4, 4).</param>
    /// <param name="sentence">E: (B, D).</param>
    /// <param name="batches">The sizes of the batches, B in total; empty for one batch.</param>
    public Tensor Conditional(Tensor features, Tensor sentence, params ReadOnlySpan<long> batches)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor tiled = sentence.to(features.dtype).unsqueeze(2).unsqueeze(3).expand(-1, -1, MapSize, MapSize);
        Tensor logits = COND_DNET.Logits(cat([features, tiled], dim: 1), batches);
        if (projection is not null)
        {
            // The inner product of the features, wherever they are in the image, and a linear map of E.
            Tensor asked = projection.forward(sentence.unsqueeze(2).unsqueeze(3)).flatten(1);
            logits = logits + (asked * features.to(asked.dtype).flatten(1)).sum(1);
        }

        return logits.MoveToOuterDisposeScope();
    }

    /// <summary>Computes the logits (B) that images are real.</summary>
    /// <param name="features">(B, 8 * width, 4, 4).</param>
    /// <exception cref="InvalidOperationException"><see cref="Unconditional"/> is false.</exception>
    public Tensor UnconditionalLogits(Tensor features) =>
        (UNCOND_DNET ?? throw new InvalidOperationException("This discriminator has no unconditional head.")).Logits(features, []);

    /// <summary>Runs layers with separate normalization of each batch and returns the map after every activation.</summary>
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

    /// <summary>A head with the caption (embedding > 0), which begins with a joint convolution, or without.</summary>
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

            outlogits = Sequential(layers.Logits(features));
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

    /// <summary>Creates convolutions with batch normalization or, instead, spectral normalization.</summary>
    private sealed record Layers(bool SpectralNorm, bool SpectralNormLogits)
    {
        /// <summary>The last convolution of a head: one logit for each 4 x 4 map.</summary>
        public nn.Module<Tensor, Tensor> Logits(int features) =>
            (this with { SpectralNorm = SpectralNorm && SpectralNormLogits }).Conv(features, 1, MapSize, MapSize, padding: 0, bias: true);

        public nn.Module<Tensor, Tensor> Conv(int inputs, int outputs, int kernel, int stride, int padding = 1, bool bias = false) =>
            SpectralNorm
                ? new SpectralConv2d(inputs, outputs, kernel, stride, padding)
                : new ConvolutionLayer(inputs, outputs, kernel, stride, padding, bias);

        public nn.Module<Tensor, Tensor>[] Block(int inputs, int outputs, int kernel, int stride)
        {
            nn.Module<Tensor, Tensor> conv = Conv(inputs, outputs, kernel, stride);
            nn.Module<Tensor, Tensor> activation = LeakyReLU(0.2, inplace: true);
            return SpectralNorm ? [conv, activation] : [conv, new GlobalBatchNorm(outputs), activation];
        }
    }
}
