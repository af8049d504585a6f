namespace AttnGan.Cli.Hosting;

/// <summary>Formats durations with their two largest units.</summary>
internal static class DurationText
{
    public static string Format(TimeSpan time) =>
        time.TotalDays >= 1 ? $"{(int)time.TotalDays}d {time.Hours}h"
        : time.TotalHours >= 1 ? $"{time.Hours}h {time.Minutes:D2}m"
        : time.TotalMinutes >= 1 ? $"{time.Minutes}m {time.Seconds:D2}s"
        : $"{time.Seconds}s";
}
