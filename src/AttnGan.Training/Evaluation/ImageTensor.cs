using System.Runtime.InteropServices;
using AttnGan.Imaging;
using AttnGan.Training.Data;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>Images as tensors.</summary>
internal static class ImageTensor
{
    /// <summary>(B, 3, S, S) in [-1, 1].</summary>
    /// <param name="images">Of one size, square.</param>
    public static Tensor Of(IReadOnlyList<RgbImage> images)
    {
        int size = images[0].Width;
        Tensor tensor = empty([images.Count, 3, size, size], float32, CPU);

        // Straight into its memory: large arrays would be left to collect batch after batch.
        Span<float> values = MemoryMarshal.Cast<byte, float>(tensor.bytes);
        int length = values.Length / images.Count;
        for (int b = 0; b < images.Count; b++)
        {
            BatchLoader.ToPlanes(images[b].Pixels, values.Slice(b * length, length));
        }

        return tensor;
    }
}
