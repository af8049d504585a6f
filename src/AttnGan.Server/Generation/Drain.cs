using AttnGan.Server.Configuration;
using AttnGan.Server.Errors;
using AttnGan.Server.Logging;

namespace AttnGan.Server.Generation;

/// <summary>
/// The graceful shutdown: running API requests are answered, new ones are refused. The host stops listening once all requests are
/// answered, or after the shutdown timeout.
/// </summary>
internal sealed class Drain : IHostedLifecycleService, IDisposable
{
    private readonly ILogger<Drain> _logger;
    private readonly ServerOptions _options;
    private readonly CancellationTokenRegistration _stopping;
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _requests;
    private volatile bool _isDraining;

    public Drain(IHostApplicationLifetime lifetime, ServerOptions options, ILogger<Drain> logger)
    {
        _logger = logger;
        _options = options;
        _stopping = lifetime.ApplicationStopping.Register(() => _isDraining = true);
    }

    public bool IsDraining => _isDraining;

    /// <summary>Middleware that counts running API requests, and refuses new ones during shutdown.</summary>
    public async Task GuardAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ApiEndpoint>() is null)
        {
            await next(context);
            return;
        }

        // Increments before it reads the flag, so that either the shutdown counts this request, or this request sees the flag.
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
                _completed.TrySetResult();
            }
        }
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isDraining = true;
        // A full fence between setting the flag and reading the count, as Interlocked.Increment is in the middleware.
        int requests = Interlocked.CompareExchange(ref _requests, 0, 0);
        if (requests > 0)
        {
            Log.Draining(_logger, requests);
            await Task.WhenAny(_completed.Task, Task.Delay(_options.ShutdownTimeout, cancellationToken));
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
