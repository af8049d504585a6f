namespace AttnGan.Inference;

/// <summary>The memory that one drawing works in; kept for the next one.</summary>
internal sealed unsafe class Workspace(Workers workers)
{
    private readonly Dictionary<string, PinnedBuffer> _buffers = [];
    private readonly PinnedBuffer?[] _scratch = new PinnedBuffer?[workers.Count];

    public Workers Workers { get; } = workers;

    /// <summary>
    /// Memory of a name, of at least a length, with whatever it held before. Behind its end there are as many numbers more as
    /// <paramref name="slack"/> says, which may be read.
    /// </summary>
    public float* Get(string name, long length, long slack = 0)
    {
        if (!_buffers.TryGetValue(name, out PinnedBuffer? buffer) || buffer.Length < length + slack)
        {
            // At first 0: padding channels stay so, as no layer writes anything else to them.
            _buffers[name] = buffer = new PinnedBuffer(length + slack, cleared: true);
        }

        return buffer.Pointer;
    }

    /// <summary>A worker's own memory for the part that it works on.</summary>
    public float* Scratch(int worker, long length)
    {
        if (_scratch[worker] is not { } buffer || buffer.Length < length)
        {
            _scratch[worker] = buffer = new PinnedBuffer(length, cleared: true);
        }

        return buffer.Pointer;
    }
}
