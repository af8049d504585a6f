using System.Diagnostics;
using System.Threading.Channels;
using AttnGan.Generation;
using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;
using AttnGan.Server.Logging;

namespace AttnGan.Server.Generation;

/// <summary>
/// Generates the images of concurrent requests in shared batches. Whenever the worker is idle, it forms a batch, up to the maximum
/// size, of waiting images that have the options of the first waiting request. A request that does not fit into the batch continues
/// behind the others, so that large requests do not block small ones.
/// </summary>
internal sealed class GenerationQueue : IAsyncDisposable
{
    private readonly string _model;
    private readonly IBatchGenerator _generator;
    private readonly ServerOptions _options;
    private readonly GenerationMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<QueuedRequest> _arrivals;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _worker;
    private readonly QueueLoad _load;

    public GenerationQueue(
        string model,
        IBatchGenerator generator,
        ServerOptions options,
        GenerationMetrics metrics,
        TimeProvider time,
        ILogger<GenerationQueue> logger)
    {
        (_model, _generator, _options, _metrics, _time, _logger) = (model, generator, options, metrics, time, logger);
        _load = new QueueLoad(options.QueueLength);
        // Each request has at least one image, so the limit on waiting images applies first.
        _arrivals = Channel.CreateBounded<QueuedRequest>(new BoundedChannelOptions(options.QueueLength) { SingleReader = true });
        _worker = Task.Run(WorkAsync);
    }

    /// <summary>Generates images, and returns them in the order of the requests.</summary>
    /// <exception cref="QueueFullException">Thrown when the images do not fit into the queue.</exception>
    public Task<IReadOnlyList<GeneratedImage>> GenerateAsync(
        IReadOnlyList<GenerationRequest> images, GenerationOptions options, CancellationToken aborted) =>
        EnqueueAsync(new QueuedImages(images, options, onStage: null, aborted));

    /// <summary>Generates images, and returns each stage of each image as soon as it is computed.</summary>
    /// <param name="images">The images.</param>
    /// <param name="options">Their options; all stages are generated.</param>
    /// <param name="aborted">Canceled when the client disconnects.</param>
    /// <exception cref="QueueFullException">Thrown at once when the images do not fit into the queue.</exception>
    public ChannelReader<GeneratedStage> GenerateStages(
        IReadOnlyList<GenerationRequest> images, GenerationOptions options, CancellationToken aborted)
    {
        var stages = Channel.CreateUnbounded<GeneratedStage>(new UnboundedChannelOptions { SingleReader = true });
        EnqueueAsync(new QueuedImages(images, options with { AllStages = true }, stage => stages.Writer.TryWrite(stage), aborted))
            .ContinueWith(
                completion => stages.Writer.Complete(
                    completion.IsCanceled ? new OperationCanceledException(aborted) : completion.Exception?.InnerException),
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default);
        return stages.Reader;
    }

    /// <summary>Generates the frames of an interpolation.</summary>
    /// <exception cref="QueueFullException">Thrown when the frames do not fit into the queue.</exception>
    public Task<IReadOnlyList<GeneratedImage>> InterpolateAsync(
        GenerationRequest from, GenerationRequest to, int frames, GenerationOptions options, CancellationToken aborted) =>
        EnqueueAsync(new QueuedInterpolation(from, to, frames, options, aborted));

    /// <summary>Cancels the running batch and fails the waiting requests. Idempotent: DI disposes once per registration.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_arrivals.Writer.TryComplete())
        {
            await _stopping.CancelAsync();
            await _worker;
            _stopping.Dispose();
        }
    }

    private Task<IReadOnlyList<GeneratedImage>> EnqueueAsync(QueuedRequest request)
    {
        if (!_load.TryAdd(request.Options.Size, request.Count))
        {
            _metrics.Rejected(_model, request.Count);
            throw new QueueFullException(_load.Estimate());
        }

        _metrics.QueueChanged(_model, request.Count);
        if (!_arrivals.Writer.TryWrite(request))
        {
            RemoveFromQueue(request, request.Count);
            throw new StoppingException();
        }

        // Disconnected clients are released at once, before the worker notices.
        return request.Completion.WaitAsync(request.Aborted);
    }

    private async Task WorkAsync()
    {
        // The worker is not a part of the request that loaded the model.
        Activity.Current = null;
        var waiting = new List<QueuedRequest>();
        while (waiting.Count > 0 || await _arrivals.Reader.WaitToReadAsync())
        {
            if (_options.BatchWait > TimeSpan.Zero && _load.Waiting < _options.MaxBatchSize && !_stopping.IsCancellationRequested)
            {
                await Task.Delay(_options.BatchWait, _time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            ReadArrivals(waiting);
            RemoveAbandoned(waiting);
            if (waiting.Count > 0)
            {
                Generate(TakeBatch(waiting), waiting);
            }
        }
    }

    private void ReadArrivals(List<QueuedRequest> waiting)
    {
        while (_arrivals.Reader.TryRead(out QueuedRequest? request))
        {
            waiting.Add(request);
        }
    }

    /// <summary>Removes and ends the requests whose client has disconnected, or all of them if the server is stopping.</summary>
    private void RemoveAbandoned(List<QueuedRequest> waiting)
    {
        foreach (QueuedRequest request in waiting.Where(IsAbandoned).ToList())
        {
            waiting.Remove(request);
            End(request);
        }
    }

    private bool IsAbandoned(QueuedRequest request) =>
        request.Aborted.IsCancellationRequested || _stopping.IsCancellationRequested;

    private void End(QueuedRequest request)
    {
        if (request.Aborted.IsCancellationRequested)
        {
            request.Cancel();
            _metrics.Dropped(_model, request.Remaining);
        }
        else
        {
            request.Fail(new StoppingException());
        }

        RemoveFromQueue(request, request.Remaining);
    }

    /// <summary>Removes the requests of the next batch from the waiting ones; returns them with their number of images in it.</summary>
    private List<(QueuedRequest Request, int Images)> TakeBatch(List<QueuedRequest> waiting)
    {
        var batch = new List<(QueuedRequest, int)>();
        QueuedRequest first = waiting[0];
        int room = _options.MaxBatchSize;
        for (int i = 0; i < waiting.Count && room > 0;)
        {
            QueuedRequest request = waiting[i];
            if (!first.CanShareBatchWith(request))
            {
                i++;
                continue;
            }

            int images = Math.Min(room, request.Remaining);
            room -= images;
            batch.Add((request, images));
            waiting.RemoveAt(i);
        }

        int taken = _options.MaxBatchSize - room;
        _load.Begin(taken);
        _metrics.QueueChanged(_model, -taken);
        return batch;
    }

    private void Generate(List<(QueuedRequest Request, int Images)> batch, List<QueuedRequest> waiting)
    {
        int count = batch.Sum(part => part.Images);
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        using var clients = new BatchClients(batch, cancellation);
        var trace = BatchTrace.Start(_model, batch);
        try
        {
            long start = _time.GetTimestamp();
            GeneratedImage[] generated = batch[0].Request is QueuedInterpolation interpolation
                ? interpolation.Generate(_generator, count)
                : _generator.Generate(
                    [.. batch.SelectMany(part => ((QueuedImages)part.Request).Next(part.Images))],
                    batch[0].Request.Options,
                    batch.Any(part => part.Request is QueuedImages { WantsStages: true }) ? stage => Report(stage, batch) : null,
                    cancellation.Token);
            TimeSpan duration = _time.GetElapsedTime(start);
            trace?.End();
            _load.End(batch[0].Request.Options.Size, count, duration);
            _metrics.Generated(_model, count, duration);

            // Arrivals go in front of the unfinished requests of this batch.
            ReadArrivals(waiting);
            int done = 0;
            foreach ((QueuedRequest request, int images) in batch)
            {
                request.Add(generated.AsSpan(done, images));
                done += images;
                if (request.Remaining > 0)
                {
                    waiting.Add(request);
                }
            }
        }
        catch (OperationCanceledException error)
        {
            trace?.End(error);
            _load.End(batch[0].Request.Options.Size, count, duration: null);
            foreach ((QueuedRequest request, int images) in batch)
            {
                Abandon(request, images, request.Aborted.IsCancellationRequested ? null : new StoppingException());
            }
        }
#pragma warning disable CA1031 // Any exception is passed to the requests of the batch; the worker must go on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            trace?.End(error);
            _load.End(batch[0].Request.Options.Size, count, duration: null);
            Log.BatchFailed(_logger, error, count, _model);
            foreach ((QueuedRequest request, int images) in batch)
            {
                Abandon(request, images, error);
            }
        }
    }

    /// <summary>Passes a stage to the request of its image.</summary>
    private static void Report(GeneratedStage stage, List<(QueuedRequest Request, int Images)> batch)
    {
        int index = stage.Index;
        foreach ((QueuedRequest request, int images) in batch)
        {
            if (index < images)
            {
                ((QueuedImages)request).Report(stage, index);
                return;
            }

            index -= images;
        }
    }

    /// <summary>Ends a request whose batch failed, or was canceled if there is no error.</summary>
    private void Abandon(QueuedRequest request, int imagesInBatch, Exception? error)
    {
        RemoveFromQueue(request, request.Remaining - imagesInBatch);
        if (error is null)
        {
            _metrics.Dropped(_model, request.Remaining);
            request.Cancel();
        }
        else
        {
            request.Fail(error);
        }
    }

    private void RemoveFromQueue(QueuedRequest request, int images)
    {
        _load.Remove(request.Options.Size, images);
        _metrics.QueueChanged(_model, -images);
    }
}
