using AttnGan.Imaging;

namespace AttnGan.Training.Data;

/// <summary>
/// Lets threads decode images side by side as long as all of them together need no more than a limit; an image that needs more
/// than that is decoded alone.
/// </summary>
internal sealed class MemoryGate(long limit)
{
    /// <summary>A gibibyte: an image of the largest size that can be read, or a hundred photographs of a megapixel.</summary>
    public const long Limit = 1L << 30;

    // Waiting and waking need a monitor.
    private readonly object _monitor = new();
    private long _taken;

    public MemoryGate()
        : this(Limit)
    {
    }

    /// <summary>Bytes that decoding a file needs for a while: its bytes twice, the decoder's pixels (4 bytes) and ours (3 bytes).</summary>
    public static long BytesFor(ImageHeader header, long fileLength) => ((long)header.Width * header.Height * 7) + (2 * fileLength);

    /// <summary>Waits until there is room and takes it until the result is disposed.</summary>
    public Room Enter(long bytes)
    {
        lock (_monitor)
        {
            while (_taken > 0 && _taken + bytes > limit)
            {
                Monitor.Wait(_monitor);
            }

            _taken += bytes;
            return new Room(this, bytes);
        }
    }

    private void Leave(long bytes)
    {
        lock (_monitor)
        {
            _taken -= bytes;
            Monitor.PulseAll(_monitor);
        }
    }

    public readonly struct Room(MemoryGate gate, long bytes) : IDisposable
    {
        public void Dispose() => gate.Leave(bytes);
    }
}
