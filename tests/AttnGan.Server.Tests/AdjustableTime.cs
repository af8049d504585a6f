namespace AttnGan.Server.Tests;

/// <summary>The system's clock, ahead by as much as the test says.</summary>
internal sealed class AdjustableTime : TimeProvider
{
    private TimeSpan _ahead;

    public void Add(TimeSpan time) => _ahead += time;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;
}
