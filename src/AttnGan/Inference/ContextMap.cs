namespace AttnGan.Inference;

/// <summary>The hidden contexts of a batch: (B, S, S, stride), channels-last.</summary>
/// <param name="Data">The address of the first channel of the first pixel.</param>
/// <param name="Batch">B: batch size.</param>
/// <param name="Size">S: side in pixels.</param>
/// <param name="Stride">Values from one pixel to the next.</param>
internal readonly unsafe record struct ContextMap(nint Data, int Batch, int Size, int Stride)
{
    public ContextMap(float* data, int batch, int size, int stride)
        : this((nint)data, batch, size, stride)
    {
    }

    // Not public: the ahead-of-time compiler cannot compile a record's ToString with a pointer in it.
    internal float* Pointer => (float*)Data;

    /// <summary>B S S.</summary>
    public int Pixels => Batch * Size * Size;

    public float* Pixel(int image, int y, int x) => Pointer + (((((long)image * Size) + y) * Size) + x) * Stride;
}
