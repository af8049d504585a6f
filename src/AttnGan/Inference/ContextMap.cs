namespace AttnGan.Inference;

/// <summary>The hidden contexts of a batch: (B, H, W, stride), the channels of a pixel side by side.</summary>
/// <param name="Data">The first channel of the first pixel.</param>
/// <param name="Batch">B.</param>
/// <param name="Size">H and W.</param>
/// <param name="Stride">Numbers from one pixel to the next.</param>
internal readonly unsafe record struct ContextMap(nint Data, int Batch, int Size, int Stride)
{
    public ContextMap(float* data, int batch, int size, int stride)
        : this((nint)data, batch, size, stride)
    {
    }

    public float* Pointer => (float*)Data;

    /// <summary>B H W.</summary>
    public int Pixels => Batch * Size * Size;

    public float* Pixel(int image, int y, int x) => Pointer + (((((long)image * Size) + y) * Size) + x) * Stride;
}
