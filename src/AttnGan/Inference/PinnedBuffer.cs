using System.Runtime.CompilerServices;

namespace AttnGan.Inference;

/// <summary>Floats at a fixed address aligned to the vector size, so that no load crosses a cache line.</summary>
/// <remarks>
/// Users of the pointer must keep the buffer alive: in a field that outlives the work, or with <see cref="GC.KeepAlive"/>.
/// </remarks>
internal sealed unsafe class PinnedBuffer
{
    private const int Alignment = 64;

    // Keeps the pointer valid.
    private readonly float[] _array;

    /// <param name="length">Number of floats.</param>
    /// <param name="cleared">True to initialize them to 0.</param>
    public PinnedBuffer(long length, bool cleared)
    {
        int padded = checked((int)(length + (Alignment / sizeof(float))));
        _array = cleared ? GC.AllocateArray<float>(padded, pinned: true) : GC.AllocateUninitializedArray<float>(padded, pinned: true);
        float* start = (float*)Unsafe.AsPointer(ref _array[0]);
        Pointer = (float*)(((nuint)start + (Alignment - 1)) & ~(nuint)(Alignment - 1));
        Length = length;
    }

    public float* Pointer { get; }

    public long Length { get; }
}
