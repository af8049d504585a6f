using System.Runtime.CompilerServices;

namespace AttnGan.Inference;

/// <summary>Numbers at a fixed address that a vector register's worth divides, so that loads never straddle two cache lines.</summary>
/// <remarks>
/// Whoever works with the pointer keeps the buffer alive meanwhile: in a field that outlives the work, or by <see cref="GC.KeepAlive"/>.
/// </remarks>
internal sealed unsafe class PinnedBuffer
{
    private const int Alignment = 64;

    // The pointer is good for as long as this lives.
    private readonly float[] _array;

    /// <param name="length">How many numbers.</param>
    /// <param name="cleared">Whether they are all 0 at first.</param>
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
