namespace AttnGan.Server;

/// <summary>Lets the program handle signals, in place of the host.</summary>
internal sealed class NoSignalHandling : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
