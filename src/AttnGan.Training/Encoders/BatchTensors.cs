using AttnGan.Training.Data;
using static TorchSharp.torch;

namespace AttnGan.Training.Encoders;

/// <summary>A batch on the device it is trained on. Belongs to the dispose scope it was made in.</summary>
internal sealed class BatchTensors
{
    public BatchTensors(CaptionedBatch batch, Device device)
    {
        int size = batch.Size;
        Images = [.. batch.Images.Zip(batch.Sides, (pixels, side) => tensor(pixels, [size, 3, side, side], device: device))];
        Captions = tensor(batch.CaptionIds, [size, batch.MaxLength], device: device);
        Lengths = tensor(batch.Lengths);
        Classes = tensor(batch.Classes, device: device);
    }

    /// <summary>(B, 3, s, s) for each size, in [-1, 1].</summary>
    public IReadOnlyList<Tensor> Images { get; }

    /// <summary>(B, T).</summary>
    public Tensor Captions { get; }

    /// <summary>(B), on the CPU.</summary>
    public Tensor Lengths { get; }

    /// <summary>(B).</summary>
    public Tensor Classes { get; }

    public TextFeatures Encode(TextEncoder encoder) => encoder.forward(Captions, Lengths);
}
