using AttnGan.Training.Checkpoints;
using AttnGan.Training.Formats;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Encoders;

/// <summary>Features of images by the bundled ResNet-18, for evaluation networks and distances.</summary>
internal sealed class ResNet18Features : IDisposable
{
    private readonly ResNet18Trunk _trunk;
    private readonly Device _device;
    private readonly int _imageSize;

    /// <summary>Loads the network. Must not be called within a dispose scope.</summary>
    /// <param name="device">The device to compute on.</param>
    /// <param name="imageSize">Side in pixels to which images are resized, a multiple of 32.</param>
    /// <param name="path">The ONNX file; null for the bundled one.</param>
    /// <exception cref="CheckpointException">The file is missing, damaged, or not this network.</exception>
    public ResNet18Features(Device device, int imageSize = 224, string? path = null)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(imageSize % ResNet18Trunk.Stride, 0);
        (_device, _imageSize) = (device, imageSize);
        _trunk = new ResNet18Trunk();
        try
        {
            using TensorDictionary weights = ResNet18File.Load(path);
            ModuleState.Load(_trunk, weights, path ?? ResNet18File.BundledPath);
        }
        catch
        {
            _trunk.Dispose();
            throw;
        }

        _trunk.SetTrainable(false);
        _trunk.eval();
        _trunk.to(device);
    }

    /// <summary>Width of the features.</summary>
    public const int Dimensions = ResNet18Trunk.Channels;

    /// <summary>Computes the features of images.</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1], of any size.</param>
    /// <returns>(B, 512), on the network's device.</returns>
    public Tensor Compute(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        return _trunk.forward(Resize(images)).Global.MoveToOuterDisposeScope();
    }

    /// <summary>Computes the maps after each of the four groups (<see cref="ResNet18Trunk.Maps"/>). Differentiable.</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1], of any size.</param>
    public IReadOnlyList<Tensor> Maps(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        return [.. _trunk.Maps(Resize(images)).Select(map => map.MoveToOuterDisposeScope())];
    }

    public void Dispose() => _trunk.Dispose();

    private Tensor Resize(Tensor images)
    {
        Tensor resized = images.to(_device);
        if (images.shape[^1] != _imageSize || images.shape[^2] != _imageSize)
        {
            resized = nn.functional.interpolate(
                resized, [_imageSize, _imageSize], mode: InterpolationMode.Bilinear, align_corners: false);
        }

        return resized.ToChannelsLast();
    }
}
