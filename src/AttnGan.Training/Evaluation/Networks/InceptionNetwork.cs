using AttnGan.Training.Checkpoints;
using AttnGan.Training.Encoders;
using AttnGan.Training.Formats;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Networks;

/// <summary>
/// Inception-v3 with its classifier: torchvision's weights (1000 classes), or the TensorFlow weights that published metrics are computed
/// with, under PyTorch's names (1008 classes, <c>pt_inception-2015-12-05</c> of pytorch-fid).
/// </summary>
internal sealed class InceptionNetwork : IFeatureNetwork
{
    private const int InputSize = 299;
    private const int TensorflowClasses = 1008;
    private const string ClassifierWeight = "fc.weight";
    private const string ClassifierBias = "fc.bias";

    private readonly InceptionTrunk _trunk;
    private readonly Tensor _weight; // (classes, 2048)
    private readonly Tensor? _bias;  // (classes)
    private readonly Device _device;

    private InceptionNetwork(IReadOnlyDictionary<string, Tensor> weights, string path, Device device)
    {
        Tensor weight = weights[ClassifierWeight];
        bool isTensorflow = weight.shape[0] == TensorflowClasses;
        _trunk = new InceptionTrunk(isTensorflow ? InceptionPooling.Tensorflow : InceptionPooling.Torchvision);
        try
        {
            ModuleState.Load(_trunk, weights.Where(entry => !IsClassifier(entry.Key)).ToDictionary(), path);
        }
        catch
        {
            _trunk.Dispose();
            throw;
        }

        _trunk.eval();
        _trunk.to(device);
        _device = device;
        _weight = weight.to(float32).to(device).clone().DetachFromDisposeScope();

        // The published Inception score omits the bias.
        _bias = isTensorflow ? null : weights[ClassifierBias].to(float32).to(device).clone().DetachFromDisposeScope();
        // Reports with different descriptions are not comparable: this text is part of their format.
        Network = new EvaluationNetwork(
            IFeatureNetwork.Role,
            isTensorflow ? "Inception-v3 (TensorFlow, December 2015)" : "Inception-v3 (torchvision)",
            FileChecksum.Of(path),
            $"{Dimensions} features of the last average pooling, {weight.shape[0]} classes{(isTensorflow ? " without bias" : "")}; " +
            $"images in [-1, 1], scaled to {InputSize} x {InputSize} bilinearly without smoothing (corners not aligned)" +
            (isTensorflow ? "" : ", which is what torchvision's normalization followed by its `transform_input` comes to"));
    }

    public EvaluationNetwork Network { get; }

    public int Dimensions => 2048;

    public bool HasClasses => true;

    public string? DistanceSuffix => null;

    public string? ClassesNote => null;

    /// <summary>Loads a file of weights. Must not be called within a dispose scope.</summary>
    /// <exception cref="CheckpointException">Thrown when it cannot be read or is not Inception-v3.</exception>
    public static InceptionNetwork Load(string path, Device device)
    {
        using TensorDictionary weights = WeightFile.Load(path);
        bool isClassifier = weights.TryGetValue(ClassifierWeight, out Tensor? weight) && weight.shape is [_, 2048] &&
            weights.TryGetValue(ClassifierBias, out Tensor? bias) && bias.shape is [var classes] && classes == weight.shape[0];
        return isClassifier ? new InceptionNetwork(weights, path, device) : throw new CheckpointException(
            $"`{path}` has no Inception-v3 classifier (`{ClassifierWeight}` with 2048 columns, `{ClassifierBias}`). Give " +
                "torchvision's inception_v3_google-0cc3c7bd.pth, pytorch-fid's pt_inception-2015-12-05-6726825d.pth, or a trained DAMSM.");
    }

    public FeatureReading Read(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor resized = nn.functional.interpolate(
            images.to(_device), [InputSize, InputSize], mode: InterpolationMode.Bilinear, align_corners: false);
        (_, Tensor features) = _trunk.forward(resized.ToChannelsLast());      // (B, 2048)
        Tensor logits = nn.functional.linear(features, _weight, _bias);       // (B, classes)
        return new FeatureReading(
            features.cpu().MoveToOuterDisposeScope(), nn.functional.softmax(logits, dim: 1).cpu().MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        _trunk.Dispose();
        _weight.Dispose();
        _bias?.Dispose();
    }

    private static bool IsClassifier(string name) =>
        name.StartsWith("fc.", StringComparison.Ordinal) || name.StartsWith("AuxLogits.", StringComparison.Ordinal);
}
