namespace AttnGan.Cli.Train;

/// <summary>The current speed of a training: over the last 30 seconds, but at least over two steps.</summary>
internal sealed class StepRate
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(30);

    private readonly Queue<(TimeSpan Time, long Step, long Images)> _marks = new();
    private long _images;

    /// <param name="time">Time at the end of the step; must not decrease.</param>
    /// <param name="step">Number of the step.</param>
    /// <param name="images">Its batch size.</param>
    public void Add(TimeSpan time, long step, int images)
    {
        _images += images;
        _marks.Enqueue((time, step, _images));
        while (_marks.Count > 2 && time - _marks.Peek().Time > s_window)
        {
            _marks.Dequeue();
        }
    }

    /// <summary>The speed; null before the second step.</summary>
    public double? ImagesPerSecond => Seconds is { } seconds ? (_marks.Last().Images - _marks.Peek().Images) / seconds : null;

    /// <summary>Returns the time for a number of further steps at this speed; null before the second step.</summary>
    public TimeSpan? TimeFor(long steps)
    {
        if (Seconds is not { } seconds)
        {
            return null;
        }

        double needed = steps * seconds / Math.Max(1, _marks.Last().Step - _marks.Peek().Step);
        return TimeSpan.FromSeconds(Math.Min(needed, TimeSpan.FromDays(9999).TotalSeconds));
    }

    private double? Seconds =>
        _marks.Count < 2 ? null : Math.Max((_marks.Last().Time - _marks.Peek().Time).TotalSeconds, 1e-6);
}
