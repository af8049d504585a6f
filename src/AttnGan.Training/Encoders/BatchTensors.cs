using AttnGan.Training.Data;
using static TorchSharp.torch;

namespace AttnGan.Training.Encoders;

/// <summary>The tensors of a batch on a device. They belong to the dispose scope in which they are created.</summary>
public sealed class BatchTensors
{
    /// <summary>Copies a batch to a device.</summary>
    /// <param name="batch">A batch of a <see cref="BatchLoader"/>, without <see cref="BatchLoaderOptions.Views"/>.</param>
    /// <param name="device">The device of the networks.</param>
    public BatchTensors(CaptionedBatch batch, Device device)
    {
        int size = batch.Size;
        ScalarType type = get_default_dtype();
        Images = [.. batch.Images.Zip(batch.Sides, (pixels, side) => tensor(pixels, [size, 3, side, side], type, device))];
        Captions = tensor(batch.CaptionIds, [size, batch.MaxLength], device: device);
        Lengths = tensor(batch.Lengths);
        Classes = tensor(batch.GlobalClasses, device: device);
    }

    /// <summary>(B, 3, S, S) in [-1, 1] for each size S, ascending.</summary>
    public IReadOnlyList<Tensor> Images { get; }

    /// <summary>(B, T) word IDs, padded with 0.</summary>
    public Tensor Captions { get; }

    /// <summary>(B) number of words of each caption, on the CPU.</summary>
    public Tensor Lengths { get; }

    /// <summary>(B) equal numbers for images of the same class, of the global batch.</summary>
    public Tensor Classes { get; }
}
