using AttnGan.Training.Encoders;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Losses;

/// <summary>
/// The distance between a generated image and the real image of its caption in the features of the bundled ResNet-18, which knows the
/// things of ImageNet (a perceptual loss: Johnson et al., 2016). Not in the paper.
/// </summary>
internal sealed class ResNetMatchingLoss : IDisposable
{
    // Twice the side of the maps that most generators end with, so that small images have regions too.
    private const int InputSize = 128;

    private readonly ResNet18Features _network;

    /// <summary>Loads the network. Must not be called within a dispose scope.</summary>
    /// <param name="device">The device to compute on.</param>
    /// <exception cref="AttnGanException">The bundled file is missing or damaged.</exception>
    public ResNetMatchingLoss(Device device) => _network = new ResNet18Features(device, InputSize);

    /// <summary>Returns the distance of a batch.</summary>
    /// <param name="fake">(B, 3, S, S), attached to the generator.</param>
    /// <param name="real">(B, 3, S, S): the real images of the same captions.</param>
    /// <returns>
    /// A scalar: the mean over images and over the network's four groups of the mean absolute difference, relative to the mean size of the
    /// real image's features.
    /// </returns>
    public Tensor Compute(Tensor fake, Tensor real)
    {
        using DisposeScope scope = NewDisposeScope();
        IReadOnlyList<Tensor> targets;
        using (no_grad())
        {
            targets = _network.Maps(real);
        }

        IEnumerable<Tensor> distances = _network.Maps(fake).Zip(
            targets, (map, target) => ((map - target).abs().mean([1, 2, 3]) / target.abs().mean([1, 2, 3])).mean());
        return stack(distances).mean().MoveToOuterDisposeScope();
    }

    public void Dispose() => _network.Dispose();
}
