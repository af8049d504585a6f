using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;
using AttnGan.Server.Logging;

namespace AttnGan.Server.Generation;

/// <summary>
/// An orderly end: requests under way are answered, new ones are sent elsewhere. The host stops listening only when all are answered, or
/// the time for it is over.
/// </summary>
internal sealed class Drain : IHostedLifecycleService, IDisposable
{
    private readonly ILogger<Drain> _logger;
    private readonly ServerOptions _options;
    private readonly CancellationTokenRegistration _stopping;
    private readonly TaskCompletionSource _empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _requests;
    private volatile bool _isDraining;

    public Drain(IHostApplicationLifetime lifetime, ServerOptions options, ILogger<Drain> logger)
    {
        _logger = logger;
        _options = options;
        _stopping = lifetime.ApplicationStopping.Register(() => _isDraining = true);
    }

    public bool IsDraining => _isDraining;

    /// <summary>Counts requests to the API, and turns them away when the end has come.</summary>
    public async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ApiEndpoint>() is null)
        {
            await next(context);
            return;
        }

        // Counted before the flag is read: the end either sees this request or is seen by it.
        Interlocked.Increment(ref _requests);
        try
        {
            if (_isDraining)
            {
                context.Response.Headers.Connection = "close";
                await Problems.Stopping(context).ExecuteAsync(context);
                return;
            }

            await next(context);
        }
        finally
        {
            if (Interlocked.Decrement(ref _requests) == 0 && _isDraining)
            {
                _empty.TrySetResult();
            }
        }
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isDraining = true;
        // A full fence, as the one that counts: of flag and number, one side sees what the other wrote.
        int requests = Interlocked.CompareExchange(ref _requests, 0, 0);
        if (requests > 0)
        {
            Log.Draining(_logger, requests);
            await Task.WhenAny(_empty.Task, Task.Delay(_options.ShutdownTimeout, cancellationToken));
            requests = Volatile.Read(ref _requests);
            if (requests > 0)
            {
                Log.NotDrained(_logger, requests);
            }
        }
    }

    public void Dispose() => _stopping.Dispose();

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Marks what belongs to the API proper: guarded by key and rate limit, and drained.</summary>
internal sealed record ApiEndpoint;
