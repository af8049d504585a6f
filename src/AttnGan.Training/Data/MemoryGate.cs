using AttnGan.Imaging;

namespace AttnGan.Training.Data;

/// <summary>
/// Limits the memory of threads that decode images concurrently. An image that needs more than the limit is decoded alone.
/// </summary>
internal sealed class MemoryGate(long limit)
{
    /// <summary>1 GiB: one image of the largest supported size, or a hundred photographs of one megapixel.</summary>
    public const long Limit = 1L << 30;

    // Not a Lock: Monitor.Wait and PulseAll need an object.
    private readonly object _monitor = new();
    private long _reserved;

    public MemoryGate()
        : this(Limit)
    {
    }

    /// <summary>Returns the peak memory of decoding: the file's bytes twice, the decoder's pixels (4 bytes) and ours (3 bytes).</summary>
    public static long BytesFor(ImageHeader header, long fileLength) => ((long)header.Width * header.Height * 7) + (2 * fileLength);

    /// <summary>Waits until memory is available and reserves it until the result is disposed.</summary>
    public Room Enter(long bytes)
    {
        lock (_monitor)
        {
            while (_reserved > 0 && _reserved + bytes > limit)
            {
                Monitor.Wait(_monitor);
            }

            _reserved += bytes;
            return new Room(this, bytes);
        }
    }

    private void Leave(long bytes)
    {
        lock (_monitor)
        {
            _reserved -= bytes;
            Monitor.PulseAll(_monitor);
        }
    }

    public readonly struct Room(MemoryGate gate, long bytes) : IDisposable
    {
        public void Dispose() => gate.Leave(bytes);
    }
}
