using System.Diagnostics;

namespace AttnGan.Server.Generation;

/// <summary>The spans of a running batch.</summary>
internal sealed class BatchTrace
{
    private readonly string _model;
    private readonly IReadOnlyList<(QueuedRequest Request, int Images)> _batch;
    private readonly Activity? _span;

    private BatchTrace(string model, IReadOnlyList<(QueuedRequest Request, int Images)> batch)
    {
        (_model, _batch) = (model, batch);
        foreach ((QueuedRequest request, _) in batch.Where(part => part.Request.Remaining == part.Request.Count))
        {
            Start(GenerationTraces.Queue, request, request.Enqueued, request.Count)?.Dispose();
        }

        _span = GenerationTraces.Source.StartActivity(
            GenerationTraces.Batch,
            ActivityKind.Internal,
            default(ActivityContext),
            links: batch.Select(part => new ActivityLink(part.Request.Trace)));
        _span?.SetTag(GenerationTraces.ModelTag, model).SetTag(GenerationTraces.BatchSizeTag, batch.Sum(part => part.Images));
    }

    /// <summary>Starts the span of a batch; null if nobody listens.</summary>
    public static BatchTrace? Start(string model, IReadOnlyList<(QueuedRequest Request, int Images)> batch) =>
        GenerationTraces.Source.HasListeners() ? new BatchTrace(model, batch) : null;

    /// <summary>Ends the spans, before the requests are completed: traces of responses are complete.</summary>
    /// <param name="error">Why the batch failed; null if it did not.</param>
    public void End(Exception? error = null)
    {
        SetStatus(_span, error);
        _span?.Dispose();
        foreach ((QueuedRequest request, int images) in _batch)
        {
            using Activity? span = Start(GenerationTraces.Generate, request, _span?.StartTimeUtc ?? default, images, _span?.Context);
            SetStatus(span, error);
        }
    }

    private Activity? Start(
        string name, QueuedRequest request, DateTimeOffset start, int images, ActivityContext? link = null) =>
        GenerationTraces.Source.StartActivity(
            name,
            ActivityKind.Internal,
            request.Trace,
            links: link is { } context ? [new ActivityLink(context)] : null,
            startTime: start)?
            .SetTag(GenerationTraces.ModelTag, _model).SetTag(GenerationTraces.ImagesTag, images);

    // The log has the message, which may contain what the client sent.
    private static void SetStatus(Activity? span, Exception? error)
    {
        if (error is not null)
        {
            span?.SetStatus(ActivityStatusCode.Error, error.GetType().Name);
        }
    }
}
