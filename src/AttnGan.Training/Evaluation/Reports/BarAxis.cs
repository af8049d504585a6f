using System.Globalization;

namespace AttnGan.Training.Evaluation.Reports;

/// <summary>The horizontal axis of a bar plot. It always includes 0, because the length of a bar is its value.</summary>
internal sealed class BarAxis
{
    private const int MaxSteps = 4;

    private BarAxis(IReadOnlyList<double> ticks) => Ticks = ticks;

    /// <summary>The axis of shares: 0 to 1 in quarters.</summary>
    public static BarAxis Shares { get; } = new([0, 0.25, 0.5, 0.75, 1]);

    /// <summary>The ticks in ascending order; the first and the last are the ends of the axis.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>Creates an axis that includes all values, with ticks at round numbers.</summary>
    public static BarAxis For(IEnumerable<double> values)
    {
        (double min, double max) = (0, 0);
        foreach (double value in values)
        {
            (min, max) = (Math.Min(min, value), Math.Max(max, value));
        }

        if (min == max)
        {
            return new([0, 1]);
        }

        double step = RoundUp((max - min) / MaxSteps);
        int first = (int)Math.Floor(min / step);
        int last = (int)Math.Ceiling(max / step);
        return new([.. Enumerable.Range(first, last - first + 1).Select(i => i * step)]);
    }

    /// <summary>Returns the position of a value as an SVG percentage; values outside the axis are clamped.</summary>
    public string Position(double value) => Length(Math.Clamp(value, Ticks[0], Ticks[^1]) - Ticks[0]);

    /// <summary>Returns a length on the axis as an SVG percentage.</summary>
    public string Length(double length) =>
        string.Create(CultureInfo.InvariantCulture, $"{100 * length / (Ticks[^1] - Ticks[0]):0.###}%");

    /// <summary>Rounds up to 1, 2 or 5 times a power of ten.</summary>
    private static double RoundUp(double step)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(step)));
        return (step / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
    }
}
