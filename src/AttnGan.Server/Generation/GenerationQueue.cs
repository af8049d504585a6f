using System.Threading.Channels;
using AttnGan.Generation;
using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;
using AttnGan.Server.Logging;

namespace AttnGan.Server.Generation;

/// <summary>
/// Draws what many requests want in common batches: whenever the worker is free, it takes what waits, up to the largest batch, of
/// those whose options are the same as the first one's. An order that does not fit whole goes on behind the others, so that a large
/// one does not hold up small ones.
/// </summary>
internal sealed class GenerationQueue : IAsyncDisposable
{
    private static readonly TimeSpan s_longestRetry = TimeSpan.FromMinutes(1);

    private readonly string _model;
    private readonly IBatchGenerator _drawer;
    private readonly ServerOptions _options;
    private readonly GenerationMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<QueuedRequest> _arrivals;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _worker;

    private int _waiting;
    private double _secondsOfImage;

    public GenerationQueue(
        string model, IBatchGenerator drawer, ServerOptions options, GenerationMetrics metrics, TimeProvider time, ILogger<GenerationQueue> logger)
    {
        (_model, _drawer, _options, _metrics, _time, _logger) = (model, drawer, options, metrics, time, logger);
        // Every order has an image at least, so that the count of images is what bounds it.
        _arrivals = Channel.CreateBounded<QueuedRequest>(new BoundedChannelOptions(options.QueueLength) { SingleReader = true });
        _worker = Task.Run(WorkAsync);
    }

    /// <summary>Draws images, in the order of the requests.</summary>
    /// <exception cref="QueueFullException">Too many wait already.</exception>
    public Task<IReadOnlyList<GeneratedImage>> DrawAsync(
        IReadOnlyList<GenerationRequest> images, GenerationOptions options, CancellationToken aborted) =>
        Enqueue(new ImagesOrder(images, options, aborted));

    /// <summary>Draws the way from one image to another.</summary>
    /// <exception cref="QueueFullException">Too many wait already.</exception>
    public Task<IReadOnlyList<GeneratedImage>> InterpolateAsync(
        GenerationRequest from, GenerationRequest to, int frames, GenerationOptions options, CancellationToken aborted) =>
        Enqueue(new InterpolationOrder(from, to, frames, options, aborted));

    /// <summary>Ends what is being drawn; what waits fails. Once: the container does it for each name that it knows the owner by.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_arrivals.Writer.TryComplete())
        {
            await _ending.CancelAsync();
            await _worker;
            _ending.Dispose();
        }
    }

    private Task<IReadOnlyList<GeneratedImage>> Enqueue(QueuedRequest order)
    {
        for (int waiting = Volatile.Read(ref _waiting); ;)
        {
            if (waiting + order.Count > _options.QueueLength)
            {
                _metrics.Rejected(_model, order.Count);
                throw new QueueFullException(RetryAfter(waiting));
            }

            int before = Interlocked.CompareExchange(ref _waiting, waiting + order.Count, waiting);
            if (before == waiting)
            {
                break;
            }

            waiting = before;
        }

        _metrics.Waiting(_model, order.Count);
        if (!_arrivals.Writer.TryWrite(order))
        {
            Leave(order.Count);
            throw new StoppingException();
        }

        // Whoever has gone does not wait until the worker has seen that.
        return order.Completion.WaitAsync(order.Aborted);
    }

    private async Task WorkAsync()
    {
        var waiting = new List<QueuedRequest>();
        while (waiting.Count > 0 || await _arrivals.Reader.WaitToReadAsync())
        {
            if (_options.BatchWait > TimeSpan.Zero && _waiting < _options.MaxBatchSize && !_ending.IsCancellationRequested)
            {
                await Task.Delay(_options.BatchWait, _time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            TakeArrivals(waiting);
            waiting.RemoveAll(IsGone);
            if (waiting.Count > 0)
            {
                Draw(Take(waiting), waiting);
            }
        }
    }

    private void TakeArrivals(List<QueuedRequest> waiting)
    {
        while (_arrivals.Reader.TryRead(out QueuedRequest? order))
        {
            waiting.Add(order);
        }
    }

    /// <summary>Whether an order is not to be drawn any more; who waits for it is told.</summary>
    private bool IsGone(QueuedRequest order)
    {
        if (order.Aborted.IsCancellationRequested)
        {
            order.Cancel();
            _metrics.Dropped(_model, order.Left);
        }
        else if (_ending.IsCancellationRequested)
        {
            order.Fail(new StoppingException());
        }
        else
        {
            return false;
        }

        Leave(order.Left);
        return true;
    }

    /// <summary>The next batch: how many images of which orders. They are no longer among those that wait.</summary>
    private List<(QueuedRequest Order, int Images)> Take(List<QueuedRequest> waiting)
    {
        var batch = new List<(QueuedRequest, int)>();
        QueuedRequest first = waiting[0];
        int room = _options.MaxBatchSize;
        for (int i = 0; i < waiting.Count && room > 0;)
        {
            QueuedRequest order = waiting[i];
            if (!first.GoesWith(order))
            {
                i++;
                continue;
            }

            int images = Math.Min(room, order.Left);
            room -= images;
            batch.Add((order, images));
            waiting.RemoveAt(i);
        }

        Leave(_options.MaxBatchSize - room);
        return batch;
    }

    private void Draw(List<(QueuedRequest Order, int Images)> batch, List<QueuedRequest> waiting)
    {
        int count = batch.Sum(part => part.Images);
        // Many draw on when one of them goes away.
        using var alone = CancellationTokenSource.CreateLinkedTokenSource(
            _ending.Token, batch.Count == 1 ? batch[0].Order.Aborted : CancellationToken.None);
        try
        {
            long start = _time.GetTimestamp();
            GeneratedImage[] drawn = batch[0].Order is InterpolationOrder interpolation
                ? interpolation.Draw(_drawer, count)
                : _drawer.Draw(
                    [.. batch.SelectMany(part => ((ImagesOrder)part.Order).Next(part.Images))], batch[0].Order.Options, alone.Token);
            TimeSpan duration = _time.GetElapsedTime(start);
            _secondsOfImage = duration.TotalSeconds / count;
            _metrics.GeneratorOutputs(_model, count, duration);

            // Before what is left of this batch's orders.
            TakeArrivals(waiting);
            int done = 0;
            foreach ((QueuedRequest order, int images) in batch)
            {
                order.Add(drawn.AsSpan(done, images));
                done += images;
                if (order.Left > 0)
                {
                    waiting.Add(order);
                }
            }
        }
        catch (OperationCanceledException)
        {
            foreach ((QueuedRequest order, int images) in batch)
            {
                Return(order, images, order.Aborted.IsCancellationRequested ? null : new StoppingException());
            }
        }
#pragma warning disable CA1031 // Whatever it is, those who wait are told, and the worker goes on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Log.BatchFailed(_logger, error, count, _model);
            foreach ((QueuedRequest order, int images) in batch)
            {
                Return(order, images, error);
            }
        }
    }

    /// <summary>Gives up an order of which some images were being drawn.</summary>
    private void Return(QueuedRequest order, int beingDrawn, Exception? error)
    {
        Leave(order.Left - beingDrawn);
        if (error is null)
        {
            _metrics.Dropped(_model, order.Left);
            order.Cancel();
        }
        else
        {
            order.Fail(error);
        }
    }

    private void Leave(int images)
    {
        Interlocked.Add(ref _waiting, -images);
        _metrics.Waiting(_model, -images);
    }

    private TimeSpan RetryAfter(int waiting)
    {
        var drawn = TimeSpan.FromSeconds(Math.Ceiling(Math.Max(1, waiting * _secondsOfImage)));
        return drawn < s_longestRetry ? drawn : s_longestRetry;
    }
}
