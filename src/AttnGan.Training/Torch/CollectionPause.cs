using System.Diagnostics.CodeAnalysis;

namespace AttnGan.Training.Torch;

/// <summary>
/// Keeps the garbage collector from running during a computation. TorchSharp passes numbers to native code in objects that free native
/// memory in their finalizers, and does not keep them alive for the call: a collection at the wrong moment frees a number that is being
/// read. Under load, one collection in a few hundred ended in a libtorch exception ("Expected false to be true"). A pause costs less than a
/// millisecond. The trainers of this library pause collections themselves; in a loop of your own, begin a pause for each step.
/// </summary>
public sealed class CollectionPause : IDisposable
{
    /// <summary>
    /// Bytes that a pause can allocate, enough for a step's batch and those being prepared. Beyond it, collections resume.
    /// </summary>
    internal const long Allowance = 128L << 20;

    // A second request to the runtime would end the first pause.
    private static int _inProgress;

    // Total bytes allocated by the process at the last forced collection.
    private static long s_collectedAt;

    private bool _owner;

    private CollectionPause(bool owner) => _owner = owner;

    /// <summary>Pauses collections until the pause is disposed. Nested and concurrent pauses do nothing.</summary>
    public static CollectionPause Begin()
    {
        if (Interlocked.Exchange(ref _inProgress, 1) == 1)
        {
            return new CollectionPause(owner: false);
        }

        CollectGarbageOfEarlierPauses();
        try
        {
            GC.TryStartNoGCRegion(Allowance);
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentOutOfRangeException)
        {
            // This machine does not support it: training runs without.
        }

        return new CollectionPause(owner: true);
    }

    /// <summary>Bounds the heap: the runtime starts a pause without a collection as long as there is memory.</summary>
    [SuppressMessage("ApiDesign", "RS0030", Justification = "Collections are paused; this one stands in for those that would have run.")]
    private static void CollectGarbageOfEarlierPauses()
    {
        long allocated = GC.GetTotalAllocatedBytes();
        if (allocated - s_collectedAt > Allowance / 4)
        {
            GC.Collect(1, GCCollectionMode.Forced, blocking: true);
            s_collectedAt = allocated;
        }
    }

    /// <summary>Ends the pause, if this object began it.</summary>
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
            // The allowance was exceeded, which has ended the pause.
        }

        Volatile.Write(ref _inProgress, 0);
    }
}
