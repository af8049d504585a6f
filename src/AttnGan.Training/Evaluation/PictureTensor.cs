using System.Runtime.InteropServices;
using AttnGan.Imaging;
using AttnGan.Training.Data;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>Pictures as tensors.</summary>
internal static class PictureTensor
{
    /// <summary>(B, 3, S, S) in [-1, 1].</summary>
    /// <param name="pictures">Of one size, square.</param>
    public static Tensor Of(IReadOnlyList<RgbImage> pictures)
    {
        int size = pictures[0].Width;
        Tensor tensor = empty([pictures.Count, 3, size, size], float32, CPU);

        // Straight into its memory: large arrays would be left to collect batch after batch.
        Span<float> values = MemoryMarshal.Cast<byte, float>(tensor.bytes);
        int length = values.Length / pictures.Count;
        for (int b = 0; b < pictures.Count; b++)
        {
            BatchLoader.ToPlanes(pictures[b].Pixels, values.Slice(b * length, length));
        }

        return tensor;
    }
}
