namespace AttnGan.Server.Tests;

/// <summary>A clock whose first timer elapses when the test says so.</summary>
internal sealed class HeldTime : TimeProvider
{
    private readonly TaskCompletionSource<Action> _timer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until a timer is created.</summary>
    public Task TimerCreatedAsync() => _timer.Task.WaitAsync(TestContext.Current.CancellationToken);

    public void Elapse() => _timer.Task.Result();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _timer.TrySetResult(() => callback(state));
        return new Timer();
    }

    private sealed class Timer : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
