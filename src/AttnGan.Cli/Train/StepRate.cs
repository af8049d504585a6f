namespace AttnGan.Cli.Train;

/// <summary>How fast steps follow each other now: over the last half minute, at least two steps.</summary>
internal sealed class StepRate
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(30);

    private readonly Queue<(TimeSpan Time, long Step, long Images)> _marks = new();
    private long _images;

    /// <param name="time">When the step ended; never before the previous one.</param>
    /// <param name="step">Its number.</param>
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

    /// <summary>Null before the second step.</summary>
    public double? ImagesPerSecond => Seconds is { } seconds ? (_marks.Last().Images - _marks.Peek().Images) / seconds : null;

    /// <summary>Time for so many more steps at this pace; null before the second step.</summary>
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
