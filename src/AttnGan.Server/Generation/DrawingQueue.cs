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
internal sealed class DrawingQueue : IAsyncDisposable
{
    private static readonly TimeSpan s_longestRetry = TimeSpan.FromMinutes(1);

    private readonly string _model;
    private readonly IBatchDrawer _drawer;
    private readonly ServerOptions _options;
    private readonly DrawingMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<DrawingOrder> _arrivals;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _worker;

    private int _waiting;
    private double _secondsOfPicture;

    public DrawingQueue(
        string model, IBatchDrawer drawer, ServerOptions options, DrawingMetrics metrics, TimeProvider time, ILogger<DrawingQueue> logger)
    {
        (_model, _drawer, _options, _metrics, _time, _logger) = (model, drawer, options, metrics, time, logger);
        // Every order has a picture at least, so that the count of pictures is what bounds it.
        _arrivals = Channel.CreateBounded<DrawingOrder>(new BoundedChannelOptions(options.QueueLength) { SingleReader = true });
        _worker = Task.Run(WorkAsync);
    }

    /// <summary>Draws pictures, in the order of the requests.</summary>
    /// <exception cref="QueueFullException">Too many wait already.</exception>
    public Task<IReadOnlyList<GeneratedImage>> DrawAsync(
        IReadOnlyList<PictureRequest> pictures, GenerationOptions options, CancellationToken aborted) =>
        Enqueue(new PicturesOrder(pictures, options, aborted));

    /// <summary>Draws the way from one picture to another.</summary>
    /// <exception cref="QueueFullException">Too many wait already.</exception>
    public Task<IReadOnlyList<GeneratedImage>> InterpolateAsync(
        PictureRequest from, PictureRequest to, int frames, GenerationOptions options, CancellationToken aborted) =>
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

    private Task<IReadOnlyList<GeneratedImage>> Enqueue(DrawingOrder order)
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
        var waiting = new List<DrawingOrder>();
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

    private void TakeArrivals(List<DrawingOrder> waiting)
    {
        while (_arrivals.Reader.TryRead(out DrawingOrder? order))
        {
            waiting.Add(order);
        }
    }

    /// <summary>Whether an order is not to be drawn any more; who waits for it is told.</summary>
    private bool IsGone(DrawingOrder order)
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

    /// <summary>The next batch: how many pictures of which orders. They are no longer among those that wait.</summary>
    private List<(DrawingOrder Order, int Pictures)> Take(List<DrawingOrder> waiting)
    {
        var batch = new List<(DrawingOrder, int)>();
        DrawingOrder first = waiting[0];
        int room = _options.MaxBatchSize;
        for (int i = 0; i < waiting.Count && room > 0;)
        {
            DrawingOrder order = waiting[i];
            if (!first.GoesWith(order))
            {
                i++;
                continue;
            }

            int pictures = Math.Min(room, order.Left);
            room -= pictures;
            batch.Add((order, pictures));
            waiting.RemoveAt(i);
        }

        Leave(_options.MaxBatchSize - room);
        return batch;
    }

    private void Draw(List<(DrawingOrder Order, int Pictures)> batch, List<DrawingOrder> waiting)
    {
        int count = batch.Sum(part => part.Pictures);
        // Many draw on when one of them goes away.
        using var alone = CancellationTokenSource.CreateLinkedTokenSource(
            _ending.Token, batch.Count == 1 ? batch[0].Order.Aborted : CancellationToken.None);
        try
        {
            long start = _time.GetTimestamp();
            GeneratedImage[] drawn = batch[0].Order is InterpolationOrder interpolation
                ? interpolation.Draw(_drawer, count)
                : _drawer.Draw(
                    [.. batch.SelectMany(part => ((PicturesOrder)part.Order).Next(part.Pictures))], batch[0].Order.Options, alone.Token);
            TimeSpan duration = _time.GetElapsedTime(start);
            _secondsOfPicture = duration.TotalSeconds / count;
            _metrics.Drawn(_model, count, duration);

            // Before what is left of this batch's orders.
            TakeArrivals(waiting);
            int done = 0;
            foreach ((DrawingOrder order, int pictures) in batch)
            {
                order.Add(drawn.AsSpan(done, pictures));
                done += pictures;
                if (order.Left > 0)
                {
                    waiting.Add(order);
                }
            }
        }
        catch (OperationCanceledException)
        {
            foreach ((DrawingOrder order, int pictures) in batch)
            {
                Return(order, pictures, order.Aborted.IsCancellationRequested ? null : new StoppingException());
            }
        }
#pragma warning disable CA1031 // Whatever it is, those who wait are told, and the worker goes on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Log.BatchFailed(_logger, error, count, _model);
            foreach ((DrawingOrder order, int pictures) in batch)
            {
                Return(order, pictures, error);
            }
        }
    }

    /// <summary>Gives up an order of which some pictures were being drawn.</summary>
    private void Return(DrawingOrder order, int beingDrawn, Exception? error)
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

    private void Leave(int pictures)
    {
        Interlocked.Add(ref _waiting, -pictures);
        _metrics.Waiting(_model, -pictures);
    }

    private TimeSpan RetryAfter(int waiting)
    {
        var drawn = TimeSpan.FromSeconds(Math.Ceiling(Math.Max(1, waiting * _secondsOfPicture)));
        return drawn < s_longestRetry ? drawn : s_longestRetry;
    }
}
