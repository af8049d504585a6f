namespace AttnGan.Server.Tests;

/// <summary>A clock whose timers go off when they are told to.</summary>
internal sealed class HeldTime : TimeProvider
{
    private readonly TaskCompletionSource<Action> _waitedFor = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until somebody waits for the time to pass.</summary>
    public Task WaitedForAsync() => _waitedFor.Task.WaitAsync(TestContext.Current.CancellationToken);

    public void Pass() => _waitedFor.Task.Result();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _waitedFor.TrySetResult(() => callback(state));
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
