namespace AttnGan.Inference;

/// <summary>The memory of a call, reused by later calls.</summary>
internal sealed unsafe class Workspace(Workers workers)
{
    private readonly Dictionary<string, PinnedBuffer> _buffers = [];
    private readonly PinnedBuffer?[] _scratch = new PinnedBuffer?[workers.Count];

    public Workers Workers { get; } = workers;

    /// <summary>
    /// Returns the buffer of a name, with its previous content.
    /// </summary>
    /// <param name="name">The name of the buffer.</param>
    /// <param name="length">The minimum length in floats.</param>
    /// <param name="slack">Floats behind the end that may be read.</param>
    public float* Get(string name, long length, long slack = 0)
    {
        if (!_buffers.TryGetValue(name, out PinnedBuffer? buffer) || buffer.Length < length + slack)
        {
            // Initialized to 0, which padding channels keep: layers write only zeros to them.
            _buffers[name] = buffer = new PinnedBuffer(length + slack, cleared: true);
        }

        return buffer.Pointer;
    }

    /// <summary>Returns the scratch memory of a worker, of at least a length in floats.</summary>
    public float* Scratch(int worker, long length)
    {
        if (_scratch[worker] is not { } buffer || buffer.Length < length)
        {
            _scratch[worker] = buffer = new PinnedBuffer(length, cleared: true);
        }

        return buffer.Pointer;
    }
}
