using System.Globalization;

namespace AttnGan.Training.Evaluation.Reports;

/// <summary>Where values stand on the width of a plot. Nothing is always on it: the length of a bar is its value.</summary>
internal sealed class BarAxis
{
    private const int MaxSteps = 4;

    private BarAxis(IReadOnlyList<double> ticks) => Ticks = ticks;

    /// <summary>From nothing to all, in quarters.</summary>
    public static BarAxis Shares { get; } = new([0, 0.25, 0.5, 0.75, 1]);

    /// <summary>Ascending; the first and the last are the ends of the axis.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>An axis that has all values on it, with ticks at round numbers.</summary>
    public static BarAxis For(IEnumerable<double> values)
    {
        (double lowest, double highest) = (0, 0);
        foreach (double value in values)
        {
            (lowest, highest) = (Math.Min(lowest, value), Math.Max(highest, value));
        }

        if (lowest == highest)
        {
            return new([0, 1]);
        }

        double step = Step((highest - lowest) / MaxSteps);
        int first = (int)Math.Floor(lowest / step);
        int last = (int)Math.Ceiling(highest / step);
        return new([.. Enumerable.Range(first, last - first + 1).Select(i => i * step)]);
    }

    /// <summary>As SVG has it; values beyond the ends stand on them.</summary>
    public string Position(double value) => Length(Math.Clamp(value, Ticks[0], Ticks[^1]) - Ticks[0]);

    public string Length(double length) => string.Create(CultureInfo.InvariantCulture, $"{100 * length / (Ticks[^1] - Ticks[0]):0.###}%");

    /// <summary>1, 2 or 5 times a power of ten, no smaller than asked for.</summary>
    private static double Step(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return (least / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
    }
}
