using System.Diagnostics;
using AttnGan.Generation;

namespace AttnGan.Server.Generation;

/// <summary>The images of one request in the queue. Only the queue's worker changes it.</summary>
internal abstract class QueuedRequest(int count, GenerationOptions options, CancellationToken aborted)
{
    // Continuations run asynchronously: the worker must not write responses.
    private readonly TaskCompletionSource<IReadOnlyList<GeneratedImage>> _completion =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly List<GeneratedImage> _generated = new(count);

    /// <summary>The total number of images.</summary>
    public int Count { get; } = count;

    /// <summary>The number of images that are not generated yet.</summary>
    public int Remaining => Count - _generated.Count;

    public GenerationOptions Options { get; } = options;

    /// <summary>Canceled when the client disconnects.</summary>
    public CancellationToken Aborted { get; } = aborted;

    /// <summary>The span of the client's request.</summary>
    public ActivityContext Trace { get; } = Activity.Current?.Context ?? default;

    /// <summary>The time when the request entered the queue, for its span.</summary>
    public DateTimeOffset Enqueued { get; } = TimeProvider.System.GetUtcNow();

    public Task<IReadOnlyList<GeneratedImage>> Completion => _completion.Task;

    /// <summary>Returns true if images of both requests can be in one batch.</summary>
    public abstract bool CanShareBatchWith(QueuedRequest other);

    /// <summary>Adds generated images, and completes the request with its last one.</summary>
    public void Add(ReadOnlySpan<GeneratedImage> images)
    {
        _generated.AddRange(images);
        if (Remaining == 0)
        {
            _completion.TrySetResult(_generated);
        }
    }

    public virtual void Cancel() => _completion.TrySetCanceled(Aborted);

    public virtual void Fail(Exception error) => _completion.TrySetException(error);
}
