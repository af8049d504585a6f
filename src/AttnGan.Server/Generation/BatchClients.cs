namespace AttnGan.Server.Generation;

/// <summary>The clients of a running batch, which is canceled when all of them have disconnected.</summary>
internal sealed class BatchClients : IDisposable
{
    private readonly List<CancellationTokenRegistration> _registrations = [];
    private int _connected;

    /// <param name="batch">The requests of the batch.</param>
    /// <param name="cancellation">Canceled when all clients have disconnected.</param>
    public BatchClients(IReadOnlyList<(QueuedRequest Request, int Images)> batch, CancellationTokenSource cancellation)
    {
        _connected = batch.Count;
        foreach ((QueuedRequest request, _) in batch)
        {
            _registrations.Add(request.Aborted.UnsafeRegister(
                _ =>
                {
                    if (Interlocked.Decrement(ref _connected) == 0)
                    {
                        cancellation.Cancel();
                    }
                },
                null));
        }
    }

    /// <summary>Waits for a running cancellation.</summary>
    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());
}
