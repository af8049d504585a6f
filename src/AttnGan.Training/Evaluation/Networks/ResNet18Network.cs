using AttnGan.Training.Encoders;
using AttnGan.Training.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Networks;

/// <summary>The bundled ResNet-18, which was trained on ImageNet: a network that knows things and never met the generator.</summary>
internal sealed class ResNet18Network : IFeatureNetwork
{
    /// <summary>Its name in <c>--features</c>.</summary>
    public const string Name = "resnet18";

    // Half the time of the 224 pixels that the network was trained with.
    private const int InputSize = 160;

    private readonly ResNet18Features _network;

    /// <summary>Loads the network. Must not be called within a dispose scope.</summary>
    /// <param name="device">The device to compute on.</param>
    /// <exception cref="AttnGanException">The bundled file is missing or damaged.</exception>
    public ResNet18Network(Device device)
    {
        _network = new ResNet18Features(device, InputSize);

        // Reports with different descriptions are not comparable: this text is part of their format.
        Network = new EvaluationNetwork(
            IFeatureNetwork.Role,
            "ResNet-18 (ImageNet)",
            FileChecksum.Of(ResNet18File.BundledPath),
            $"{ResNet18Features.Dimensions} pooled features; images scaled to {InputSize} x {InputSize} bilinearly");
    }

    /// <summary>True if the file of weights is beside the program.</summary>
    public static bool IsAvailable => File.Exists(ResNet18File.BundledPath);

    public EvaluationNetwork Network { get; }

    public int Dimensions => ResNet18Features.Dimensions;

    public bool HasClasses => false;

    public string? DistanceSuffix => "ResNet-18 features";

    public string? ClassesNote => null;

    public FeatureReading Read(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        return new FeatureReading(_network.Compute(images).cpu().MoveToOuterDisposeScope(), null);
    }

    public void Dispose() => _network.Dispose();
}
