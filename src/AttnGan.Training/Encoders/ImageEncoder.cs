using System.IO.Hashing;
using System.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Formats;
using AttnGan.Training.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Encoders;

/// <summary>
/// The image encoder of the DAMSM (paper, section 3.2): region features v and a global feature, in the space of the text encoder. With the
/// Inception trunk, state names are those of the official <c>CNN_ENCODER</c>.
/// </summary>
public sealed class ImageEncoder : nn.Module<Tensor, ImageFeatures>
{
    private readonly ImageEncoderConfig _config;
    private readonly ImageTrunk _trunk;
    private readonly int _imageSize;
    private readonly bool _alignCorners;
    private readonly Conv2d emb_features;
    private readonly Linear emb_cnn_code;

    /// <summary>
    /// Creates a network with random weights on the CPU. A pre-trained trunk then needs <see cref="LoadPretrainedTrunk"/>. Must not be
    /// called within a dispose scope.
    /// </summary>
    /// <param name="config">The trunk and the image size.</param>
    /// <param name="embedding">D: width of the features, that of the text encoder (<see cref="TextEncoderConfig.Embedding"/>).</param>
    public ImageEncoder(ImageEncoderConfig config, int embedding)
        : base(nameof(ImageEncoder))
    {
        _config = config;
        _imageSize = config.ImageSize;
        _alignCorners = config.AlignCorners;
        _trunk = config.Trunk switch
        {
            TrunkKind.Inception => new InceptionTrunk(),
            TrunkKind.Resnet18 => new ResNet18Trunk(config.RegionChannels),
            _ => new CompactTrunk(config.Width),
        };
        emb_features = Conv2d(_trunk.RegionChannels, embedding, kernel_size: 1, bias: false);
        emb_cnn_code = Linear(_trunk.GlobalChannels, embedding);
        init.uniform_(emb_features.weight!, -0.1, 0.1);
        init.uniform_(emb_cnn_code.weight!, -0.1, 0.1);

        // The trunk's modules are registered here, so that their names have no prefix, as in the official files.
        foreach ((string name, nn.Module part) in _trunk.named_children())
        {
            register_module(name, part);
        }

        register_module(nameof(emb_features), emb_features);
        register_module(nameof(emb_cnn_code), emb_cnn_code);
        if (_trunk.Frozen)
        {
            _trunk.SetTrainable(false);
        }
    }

    /// <summary>True if the trunk is pre-trained and only the two embeddings are trained.</summary>
    internal bool HasFrozenTrunk => _trunk.Frozen;

    /// <summary>The element type of feature maps in a trunk that is not frozen; null for the type of the weights.</summary>
    internal ScalarType? FeatureDType { get; init; }

    /// <summary>
    /// Loads the pre-trained weights of the trunk: those of <see cref="ImageEncoderConfig.Weights"/> or, for ResNet-18, those that come
    /// with the library. Does nothing for the compact trunk, which is trained from scratch.
    /// </summary>
    /// <exception cref="AttnGanException">The weights are missing, damaged, or do not fit.</exception>
    public void LoadPretrainedTrunk()
    {
        string? path = _config.Weights;
        switch (_config.Trunk)
        {
            case TrunkKind.Compact:
                break;
            case TrunkKind.Resnet18:
                Load(ResNet18File.Load(path), path ?? ResNet18File.BundledPath);
                break;
            case TrunkKind.Inception when path is null:
                throw new AttnGanException(
                    "The Inception trunk of the image encoder is frozen and needs pre-trained weights, but `image_encoder.weights` is " +
                    "not set. Set it to torchvision's Inception-v3 file (inception_v3_google-0cc3c7bd.pth; docs/training.md has the " +
                    "download link), or use `image_encoder.trunk: resnet18`, whose weights come with the program, or `compact`, which " +
                    "is trained from scratch.");
            default:
                Load(WeightFile.Load(path!), path!);
                break;
        }

        void Load(TensorDictionary weights, string source)
        {
            using (weights)
            {
                LoadTrunk(weights, source);
            }
        }
    }

    /// <summary>Loads pre-trained weights into the trunk; the weights of a classifier are ignored.</summary>
    internal void LoadTrunk(IReadOnlyDictionary<string, Tensor> weights, string source) =>
        ModuleState.Load(_trunk, weights.Where(entry => !IsClassifier(entry.Key)).ToDictionary(), source);

    /// <summary>
    /// Reproduces a defect of the official code: the BatchNorm statistics of the frozen trunk drift with every training batch.
    /// </summary>
    internal void TrainFrozenStatistics() => _trunk.train();

    /// <summary>Sets training or evaluation mode. A frozen trunk stays in evaluation mode.</summary>
    /// <param name="train">True for training mode.</param>
    public override void train(bool train = true)
    {
        base.train(train);
        if (_trunk.Frozen)
        {
            _trunk.eval();
        }
    }

    /// <summary>Computes the features of a batch of images.</summary>
    /// <param name="images">(B, 3, H, W) in [-1, 1], of any size; they are resized to <see cref="ImageEncoderConfig.ImageSize"/>.</param>
    public override ImageFeatures forward(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        ImageFeatures features = Embed(RunTrunk(images));
        return new ImageFeatures(features.Regions.MoveToOuterDisposeScope(), features.Code.MoveToOuterDisposeScope());
    }

    /// <summary>Computes the features of the trunk, without the embeddings.</summary>
    /// <param name="images">(B, 3, H, W) in [-1, 1], of any size.</param>
    internal TrunkFeatures RunTrunk(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor resized = images.shape[^1] == _imageSize
            ? images
            : functional.interpolate(images, [_imageSize, _imageSize], mode: InterpolationMode.Bilinear, align_corners: _alignCorners);
        (Tensor map, Tensor global) = _trunk.forward(resized.In(_trunk.Frozen ? null : FeatureDType).ToChannelsLast());
        return new TrunkFeatures(map.MoveToOuterDisposeScope(), global.MoveToOuterDisposeScope());
    }

    /// <summary>Maps features of the trunk into the space of the text encoder.</summary>
    internal ImageFeatures Embed(TrunkFeatures features)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor regions = emb_features.forward(features.Regions.to(emb_features.weight.dtype)); // (B, D, H, W)
        Tensor code = emb_cnn_code.forward(features.Global.to(emb_cnn_code.weight.dtype));     // (B, D)
        return new ImageFeatures(regions.MoveToOuterDisposeScope(), code.MoveToOuterDisposeScope());
    }

    /// <summary>Returns the shapes of the trunk's features of one image: (C, H, W) and C'.</summary>
    internal TrunkShape TrunkShape =>
        new(_trunk.RegionChannels, _trunk.RegionSide(_imageSize), _trunk.RegionSide(_imageSize), _trunk.GlobalChannels);

    /// <summary>Returns a checksum of the trunk's weights and of the settings that its features depend on.</summary>
    internal UInt128 TrunkChecksum()
    {
        var hash = new XxHash128();
        hash.Append(Encoding.UTF8.GetBytes($"{_trunk.GetName()} {TrunkShape} {_imageSize}"));
        foreach ((string name, Tensor weight) in _trunk.state_dict().OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            using Tensor plain = weight.detach().cpu().contiguous();
            hash.Append(Encoding.UTF8.GetBytes(name));
            hash.Append(plain.bytes);
        }

        return hash.GetCurrentHashAsUInt128();
    }

    // torchvision's files also contain the classifiers of ImageNet.
    private static bool IsClassifier(string name) =>
        name.StartsWith("fc.", StringComparison.Ordinal) || name.StartsWith("AuxLogits.", StringComparison.Ordinal);
}

/// <summary>Features of a batch of images by the trunk.</summary>
/// <param name="Regions">(B, C, H, W).</param>
/// <param name="Global">(B, C').</param>
internal sealed record TrunkFeatures(Tensor Regions, Tensor Global);

/// <summary>The shapes of the trunk's features of one image.</summary>
internal sealed record TrunkShape(int Channels, int Height, int Width, int GlobalChannels)
{
    /// <summary>Number of values of an image.</summary>
    public int Values => RegionValues + GlobalChannels;

    /// <summary>Number of values of the region map.</summary>
    public int RegionValues => Channels * Height * Width;
}

/// <summary>Features of a batch of images.</summary>
/// <param name="Regions">v: (B, D, H, W), one feature per region.</param>
/// <param name="Code">Global feature: (B, D).</param>
public sealed record ImageFeatures(Tensor Regions, Tensor Code);
