using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
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
internal sealed class ImageEncoder : nn.Module<Tensor, ImageFeatures>
{
    private readonly ImageTrunk _trunk;
    private readonly int _imageSize;
    private readonly bool _alignCorners;
    private readonly Conv2d emb_features;
    private readonly Linear emb_cnn_code;

    public ImageEncoder(ImageEncoderConfig config, int embedding)
        : base(nameof(ImageEncoder))
    {
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
    public bool HasFrozenTrunk => _trunk.Frozen;

    /// <summary>The element type of feature maps in a trunk that is not frozen; null for the type of the weights.</summary>
    public ScalarType? FeatureDType { get; init; }

    /// <summary>Loads pre-trained weights into the trunk; the weights of a classifier are ignored.</summary>
    public void LoadTrunk(IReadOnlyDictionary<string, Tensor> weights, string source) =>
        ModuleState.Load(_trunk, weights.Where(entry => !IsClassifier(entry.Key)).ToDictionary(), source);

    /// <summary>
    /// Reproduces a defect of the official code: the BatchNorm statistics of the frozen trunk drift with every training batch.
    /// </summary>
    public void TrainFrozenStatistics() => _trunk.train();

    /// <summary>Sets training mode. A frozen trunk stays in evaluation mode.</summary>
    public override void train(bool train = true)
    {
        base.train(train);
        if (_trunk.Frozen)
        {
            _trunk.eval();
        }
    }

    /// <param name="images">(B, 3, H, W) in [-1, 1], of any size.</param>
    public override ImageFeatures forward(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor resized = images.shape[^1] == _imageSize
            ? images
            : functional.interpolate(images, [_imageSize, _imageSize], mode: InterpolationMode.Bilinear, align_corners: _alignCorners);
        (Tensor map, Tensor global) = _trunk.forward(resized.In(_trunk.Frozen ? null : FeatureDType).ToChannelsLast());
        Tensor regions = emb_features.forward(map.to(emb_features.weight.dtype)); // (B, D, H, W)
        Tensor code = emb_cnn_code.forward(global.to(emb_cnn_code.weight.dtype)); // (B, D)
        return new ImageFeatures(regions.MoveToOuterDisposeScope(), code.MoveToOuterDisposeScope());
    }

    // torchvision's files also contain the classifiers of ImageNet.
    private static bool IsClassifier(string name) =>
        name.StartsWith("fc.", StringComparison.Ordinal) || name.StartsWith("AuxLogits.", StringComparison.Ordinal);
}

/// <summary>Features of a batch of images.</summary>
/// <param name="Regions">v: (B, D, H, W), one feature per region.</param>
/// <param name="Code">Global feature: (B, D).</param>
internal sealed record ImageFeatures(Tensor Regions, Tensor Code);
