using AttnGan.Training.Configuration;
using AttnGan.Training.Distributed;
using AttnGan.Training.Encoders;
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
/// <c>D_NET256</c>; other sizes continue the pattern. On frozen features, the map joins branches from each of their maps.
/// </summary>
public sealed class Discriminator : nn.Module<Tensor, Tensor>
{
    private const int MapSize = 4;

    // Sides of the images that ResNet-18 sees, and of its four maps.
    private const int FrozenSize = MapSize << 5;
    private const int FrozenGroups = 4;
    private const int FrozenChannels = 64; // of the first map; they double

    private readonly List<Sequential> _body = [];
    private readonly List<Sequential> _branches = [];
    private readonly ResNet18Features? _frozen; // not registered: neither trained nor saved
    private readonly bool _ownsFrozen;
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
        : this(imageSize, config, embedding, frozen: null)
    {
    }

    /// <summary>Creates a network that shares frozen features with others.</summary>
    /// <param name="imageSize">S: side of the images in pixels.</param>
    /// <param name="config">Features, width, heads and normalization.</param>
    /// <param name="embedding">D: width of the sentence feature.</param>
    /// <param name="frozen">The features, which stay the caller's; null to load them if the configuration asks for them.</param>
    internal Discriminator(int imageSize, DiscriminatorConfig config, int embedding, ResNet18Features? frozen)
        : base(nameof(Discriminator))
    {
        if (imageSize is < 16 or > 512 || !int.IsPow2(imageSize))
        {
            throw new ArgumentOutOfRangeException(nameof(imageSize), imageSize, "The side must be a power of two from 16 to 512.");
        }

        ImageSize = imageSize;
        var layers = new Layers(config.SpectralNorm, config.SpectralNormLogits);
        int features = 8 * config.Width;
        if (config.Features == DiscriminatorFeatures.Resnet18)
        {
            _frozen = frozen ?? LoadFrozen(CPU);
            _ownsFrozen = frozen is null;
            AddBranches(layers, features / FrozenGroups);
        }
        else
        {
            AddConvolutions(layers, imageSize, features);
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

    /// <summary>The average of the gradients over ranks, for which layers are marked; null for none.</summary>
    internal GradientAverage? Gradients { get; set; }

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
        List<Tensor> maps = [];
        if (_frozen is not null)
        {
            List<Tensor> ends = [];
            foreach ((Sequential branch, Tensor map) in _branches.Zip(_frozen.Maps(images)))
            {
                maps.AddRange(Run(branch, map.In(FeatureDType), batches, Gradients));
                ends.Add(maps[^1]);
            }

            maps.Add(cat(ends, dim: 1));
            return [.. maps.Select(map => map.MoveToOuterDisposeScope())];
        }

        Tensor x = images.In(FeatureDType).ToChannelsLast();
        foreach (Sequential part in _body)
        {
            maps.AddRange(Run(part, x, batches, Gradients));
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

    /// <summary>Loads the features that discriminators share. Must not be called within a dispose scope.</summary>
    /// <param name="device">The device to compute on.</param>
    /// <exception cref="AttnGanException">The bundled file is missing or damaged.</exception>
    internal static ResNet18Features LoadFrozen(Device device) => new(device, FrozenSize);

    protected override void Dispose(bool disposing)
    {
        if (disposing && _ownsFrozen)
        {
            _frozen!.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Runs layers with separate normalization of each batch and returns the map after every activation.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="x">Their input.</param>
    /// <param name="batches">As in <see cref="Features"/>.</param>
    /// <param name="gradients">
    /// Marks the input of convolutions; null for none. What follows a mark in this pass must also follow in the order of parameters.
    /// </param>
    private static IReadOnlyList<Tensor> Run(
        Sequential layers, Tensor x, ReadOnlySpan<long> batches, GradientAverage? gradients = null)
    {
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> maps = [];
        foreach (nn.Module<Tensor, Tensor> layer in layers.children().Cast<nn.Module<Tensor, Tensor>>())
        {
            if (gradients is not null && layer is (ConvolutionLayer or SpectralConv2d))
            {
                x = gradients.Mark(x, layer.parameters().First());
            }

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

    private void AddConvolutions(Layers layers, int imageSize, int features)
    {
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
    }

    /// <summary>Adds a branch for each map of the frozen features, which leads to a 4 x 4 map.</summary>
    /// <param name="layers">Creates the convolutions.</param>
    /// <param name="channels">Channels of each branch.</param>
    private void AddBranches(Layers layers, int channels)
    {
        for (int group = 0; group < FrozenGroups; group++)
        {
            List<nn.Module<Tensor, Tensor>> branch = [];
            int inputs = FrozenChannels << group;
            for (int i = group; i < FrozenGroups - 1; i++)
            {
                branch.AddRange(layers.Block(inputs, channels, 4, 2));
                inputs = channels;
            }

            if (branch.Count == 0)
            {
                branch.AddRange(layers.Block(inputs, channels, 3, 1)); // the last map is 4 x 4 already
            }

            _branches.Add(Sequential(branch));
            register_module($"branch{group + 1}", _branches[^1]);
        }
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
