using System.Runtime.InteropServices;
using AttnGan.Imaging;
using AttnGan.Training.Data;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>Converts images to tensors and back.</summary>
internal static class ImageTensor
{
    /// <summary>Returns images as (B, 3, S, S) in [-1, 1].</summary>
    /// <param name="images">Square images of the same size.</param>
    public static Tensor Of(IReadOnlyList<RgbImage> images)
    {
        int size = images[0].Width;
        Tensor tensor = empty([images.Count, 3, size, size], float32, CPU);

        // Writes into the tensor's memory: a managed array per batch would leave large garbage to collect.
        Span<float> values = MemoryMarshal.Cast<byte, float>(tensor.bytes);
        int length = values.Length / images.Count;
        for (int b = 0; b < images.Count; b++)
        {
            BatchLoader.ToPlanes(images[b].Pixels, values.Slice(b * length, length));
        }

        return tensor;
    }

    /// <summary>Converts (B, 3, S, S) in [-1, 1] to images.</summary>
    public static IReadOnlyList<RgbImage> ToImages(Tensor images)
    {
        int size = (int)images.shape[3];
        using Tensor bytes = images.add(1).mul(127.5).round().clamp(0, 255).to_type(ScalarType.Byte).permute(0, 2, 3, 1).contiguous().cpu();
        return [.. bytes.data<byte>().ToArray().Chunk(size * size * 3).Select(pixels => new RgbImage(size, size, pixels))];
    }
}
