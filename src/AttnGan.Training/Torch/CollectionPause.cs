namespace AttnGan.Training.Torch;

/// <summary>
/// Keeps the runtime from collecting garbage while the engine computes. The engine's binding hands numbers to native code in objects
/// that free native memory when they are collected, and does not keep them alive for the call: a collection at the wrong moment takes
/// away a number that is being read. Measured under load, one collection in a few hundred ended in an exception of the engine
/// ("Expected false to be true"). A pause costs less than a millisecond.
/// </summary>
internal sealed class CollectionPause : IDisposable
{
    /// <summary>What may be allocated in a pause: a step's batches and what is in preparation. Beyond it collections go on.</summary>
    public const long Allowance = 128L << 20;

    // To ask the runtime for a second pause would end the first.
    private static int _inProgress;

    // Bytes that had been allocated in all at the last collection between pauses.
    private static long s_collectedAt;

    private bool _owner;

    private CollectionPause(bool owner) => _owner = owner;

    /// <summary>Collects what there is now, then nothing until the pause is disposed. One at a time in a process: others do nothing.</summary>
    public static CollectionPause Begin()
    {
        if (Interlocked.Exchange(ref _inProgress, 1) == 1)
        {
            return new CollectionPause(owner: false);
        }

        CollectWhatPausesHaveLeft();
        try
        {
            GC.TryStartNoGCRegion(Allowance);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentOutOfRangeException)
        {
            // Not on this machine: the training runs without.
        }

        return new CollectionPause(owner: true);
    }

    /// <summary>The runtime begins a pause without a collection as long as it finds memory: pause after pause the heap would grow.</summary>
    private static void CollectWhatPausesHaveLeft()
    {
        long allocated = GC.GetTotalAllocatedBytes();
        if (allocated - s_collectedAt > Allowance / 4)
        {
            GC.Collect(1, GCCollectionMode.Forced, blocking: true);
            s_collectedAt = allocated;
        }
    }

    public void Dispose()
    {
        if (!_owner)
        {
            return;
        }

        _owner = false;
        try
        {
            GC.EndNoGCRegion();
        }
        catch (InvalidOperationException)
        {
            // The allowance was used up and the pause has ended by itself.
        }

        Volatile.Write(ref _inProgress, 0);
    }
}
