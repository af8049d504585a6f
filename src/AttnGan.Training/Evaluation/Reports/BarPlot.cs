using System.Globalization;

namespace AttnGan.Training.Evaluation.Reports;

/// <param name="Value">Its length.</param>
/// <param name="Deviation">Reaches to both sides of its end; null for none.</param>
internal readonly record struct Bar(double Value, double? Deviation);

/// <param name="Label">What is measured.</param>
/// <param name="Figures">The bars in figures.</param>
/// <param name="Bars">One, or one of each of two reports.</param>
internal sealed record BarRow(string Label, string Figures, IReadOnlyList<Bar> Bars);

/// <summary>
/// Lying bars, drawn as SVG. Positions are percentages of the width and letters are not: a plot fits a phone and a desktop alike without
/// a script and with letters of one size.
/// </summary>
internal static class BarPlot
{
    private const int MaxLetters = 34;

    /// <param name="description">What the plot shows, for those who cannot see it.</param>
    /// <param name="rows">From top to bottom.</param>
    /// <param name="isShare">Whether the axis is that of shares, from nothing to all.</param>
    /// <param name="mean">Where a line goes through all rows; null for none.</param>
    public static Html Draw(string description, IReadOnlyList<BarRow> rows, bool isShare, double? mean = null)
    {
        BarAxis axis = isShare ? BarAxis.Shares : BarAxis.For(Extents(rows, mean));
        int bars = rows.Max(row => row.Bars.Count);
        (int thickness, int distance) = bars == 1 ? (8, 40) : (6, 46);
        int foot = rows.Count * distance;
        return $"""
            <svg class="plot" role="img" aria-label="{description}" height="{foot + 20}">
            {axis.Ticks.Select(tick => Tick(axis, tick, foot, isShare))}
            {rows.Select((row, i) => Row(axis, row, i * distance, thickness))}
            {(mean is { } value && double.IsFinite(value) ? MeanLine(axis.Position(value), foot) : null)}
            </svg>
            """;
    }

    private static Html Tick(BarAxis axis, double tick, int foot, bool isShare)
    {
        string x = axis.Position(tick);
        string anchor = tick == axis.Ticks[0] ? "start" : tick == axis.Ticks[^1] ? "end" : "middle";
        string text = isShare ? $"{100 * tick:N0}%" : tick.ToString("G4", CultureInfo.InvariantCulture);
        return $"""
            <line class="grid" x1="{x}" x2="{x}" y1="0" y2="{foot}"/><text class="tick" x="{x}" y="{foot + 16}" text-anchor="{anchor}">{text}</text>

            """;
    }

    private static Html Row(BarAxis axis, BarRow row, int top, int thickness) => $"""
        <text x="0" y="{top + 16}">{Shorten(row.Label)}<title>{row.Label}</title></text><text x="100%" y="{top + 16}" text-anchor="end">{row.Figures}</text>
        {row.Bars.Select((bar, i) => Draw(axis, bar, top + 22 + (i * (thickness + 2)), thickness, isFirst: i == 0 && row.Bars.Count > 1))}

        """;

    private static Html Draw(BarAxis axis, Bar bar, int top, int thickness, bool isFirst)
    {
        if (!double.IsFinite(bar.Value))
        {
            return $"";
        }

        (double from, double to) = (Math.Min(0, bar.Value), Math.Max(0, bar.Value));
        return $"""
            <rect class="bar{(isFirst ? " first" : "")}" x="{axis.Position(from)}" width="{axis.Length(to - from)}" y="{top}" height="{thickness}" rx="1.5"/>{Whisker(axis, bar, top + (thickness / 2))}
            """;
    }

    private static Html? Whisker(BarAxis axis, Bar bar, int middle)
    {
        if (bar.Deviation is not { } deviation || !double.IsFinite(deviation))
        {
            return null;
        }

        (string from, string to) = (axis.Position(bar.Value - deviation), axis.Position(bar.Value + deviation));
        return $"""
            <line class="whisker" x1="{from}" x2="{to}" y1="{middle}" y2="{middle}"/><line class="whisker" x1="{from}" x2="{from}" y1="{middle - 4}" y2="{middle + 4}"/><line class="whisker" x1="{to}" x2="{to}" y1="{middle - 4}" y2="{middle + 4}"/>
            """;
    }

    private static Html MeanLine(string x, int foot) => $"""<line class="mean" x1="{x}" x2="{x}" y1="0" y2="{foot}"/>""";

    private static string Shorten(string label)
    {
        var text = new StringInfo(label);
        return text.LengthInTextElements <= MaxLetters ? label : $"{text.SubstringByTextElements(0, MaxLetters - 1)}…";
    }

    private static IEnumerable<double> Extents(IReadOnlyList<BarRow> rows, double? mean) => rows
        .SelectMany(row => row.Bars)
        .SelectMany(bar => new[] { bar.Value - (bar.Deviation ?? 0), bar.Value + (bar.Deviation ?? 0) })
        .Append(mean ?? 0)
        .Where(double.IsFinite);
}
