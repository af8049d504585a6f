using AttnGan.Generation;

namespace AttnGan.Server.Generation;

/// <summary>What one request wants drawn. Only the queue's worker changes it.</summary>
internal abstract class QueuedRequest(int count, GenerationOptions options, CancellationToken aborted)
{
    // The answer is written by whoever waits for it, not by the worker.
    private readonly TaskCompletionSource<IReadOnlyList<GeneratedImage>> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<GeneratedImage> _drawn = new(count);

    /// <summary>Images altogether.</summary>
    public int Count { get; } = count;

    /// <summary>Images that are not drawn yet.</summary>
    public int Left => Count - _drawn.Count;

    public GenerationOptions Options { get; } = options;

    /// <summary>Says that nobody waits any more.</summary>
    public CancellationToken Aborted { get; } = aborted;

    public Task<IReadOnlyList<GeneratedImage>> Completion => _completion.Task;

    /// <summary>Whether images of both can be drawn in one batch.</summary>
    public abstract bool GoesWith(QueuedRequest other);

    /// <summary>The next images are drawn.</summary>
    public void Add(ReadOnlySpan<GeneratedImage> images)
    {
        _drawn.AddRange(images);
        if (Left == 0)
        {
            _completion.TrySetResult(_drawn);
        }
    }

    public virtual void Cancel() => _completion.TrySetCanceled(Aborted);

    public virtual void Fail(Exception error) => _completion.TrySetException(error);
}

/// <summary>Images that do not depend on each other.</summary>
internal sealed class ImagesOrder(IReadOnlyList<GenerationRequest> images, GenerationOptions options, CancellationToken aborted)
    : QueuedRequest(images.Count, options, aborted)
{
    /// <summary>The next images to draw.</summary>
    public IEnumerable<GenerationRequest> Next(int count) => images.Skip(Count - Left).Take(count);

    public override bool GoesWith(QueuedRequest other) => other is ImagesOrder && other.Options == Options;
}

/// <summary>The way from one image to another. Its frames go with no others.</summary>
internal sealed class InterpolationOrder(
    GenerationRequest from, GenerationRequest to, int frames, GenerationOptions options, CancellationToken aborted)
    : QueuedRequest(frames, options, aborted)
{
    private IEnumerator<GeneratedImage>? _frames;

    public override bool GoesWith(QueuedRequest other) => ReferenceEquals(this, other);

    /// <summary>The next frames.</summary>
    public GeneratedImage[] Draw(IBatchGenerator drawer, int count)
    {
        _frames ??= drawer.Interpolate(from, to, Count, Options, Aborted).GetEnumerator();
        var drawn = new GeneratedImage[count];
        for (int i = 0; i < count; i++)
        {
            _frames.MoveNext();
            drawn[i] = _frames.Current;
        }

        return drawn;
    }

    public override void Cancel()
    {
        _frames?.Dispose();
        base.Cancel();
    }

    public override void Fail(Exception error)
    {
        _frames?.Dispose();
        base.Fail(error);
    }
}
