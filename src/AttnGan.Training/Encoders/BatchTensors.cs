using AttnGan.Training.Data;
using static TorchSharp.torch;

namespace AttnGan.Training.Encoders;

/// <summary>The tensors of a batch on a device. They belong to the dispose scope in which they are created.</summary>
internal sealed class BatchTensors
{
    public BatchTensors(CaptionedBatch batch, Device device)
    {
        int size = batch.Size;
        ScalarType type = get_default_dtype();
        Images = [.. batch.Images.Zip(batch.Sides, (pixels, side) => tensor(pixels, [size, 3, side, side], type, device))];
        Captions = tensor(batch.CaptionIds, [size, batch.MaxLength], device: device);
        Lengths = tensor(batch.Lengths);
        Classes = tensor(batch.GlobalClasses, device: device);
    }

    /// <summary>(B, 3, s, s) for each size, in [-1, 1].</summary>
    public IReadOnlyList<Tensor> Images { get; }

    /// <summary>(B, T) word IDs, padded with 0.</summary>
    public Tensor Captions { get; }

    /// <summary>(B) number of words of each caption, on the CPU.</summary>
    public Tensor Lengths { get; }

    /// <summary>Equal numbers for images of the same class, of the global batch.</summary>
    public Tensor Classes { get; }
}
