using System.Globalization;

namespace AttnGan.Training.Evaluation.Reports;

/// <param name="Value">The length of the bar.</param>
/// <param name="Deviation">The length of the whisker to both sides of the bar's end; null for none.</param>
internal readonly record struct Bar(double Value, double? Deviation);

/// <param name="Label">The label of the row.</param>
/// <param name="Values">The values of the bars as text.</param>
/// <param name="Bars">One bar, or one for each of two reports.</param>
internal sealed record BarRow(string Label, string Values, IReadOnlyList<Bar> Bars);

/// <summary>
/// A horizontal bar plot in SVG. Positions are percentages of the width and font sizes are fixed, so that a plot fits phones and desktops
/// without a script.
/// </summary>
internal static class BarPlot
{
    // The longest title of a metric is a little shorter; on a phone both fit beside their values.
    private const int MaxLabelLength = 40;

    /// <param name="description">The alternative text.</param>
    /// <param name="rows">The rows from top to bottom.</param>
    /// <param name="isShare">True for the axis of shares, from 0 to 1.</param>
    /// <param name="mean">The value of a vertical line through all rows; null for none.</param>
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
            <line class="grid" x1="{x}" x2="{x}" y1="0" y2="{foot}"/>
            <text class="tick" x="{x}" y="{foot + 16}" text-anchor="{anchor}">{text}</text>

            """;
    }

    private static Html Row(BarAxis axis, BarRow row, int top, int thickness) => $"""
        <text x="0" y="{top + 16}">{Shorten(row.Label)}<title>{row.Label}</title></text>
        <text x="100%" y="{top + 16}" text-anchor="end">{row.Values}</text>
        {row.Bars.Select((bar, i) => Draw(axis, bar, top + 22 + (i * (thickness + 2)), thickness, isFirst: i == 0 && row.Bars.Count > 1))}

        """;

    private static Html Draw(BarAxis axis, Bar bar, int top, int thickness, bool isFirst)
    {
        if (!double.IsFinite(bar.Value))
        {
            return $"";
        }

        string style = isFirst ? "bar first" : "bar";
        (double from, double to) = (Math.Min(0, bar.Value), Math.Max(0, bar.Value));
        return $"""
            <rect class="{style}" x="{axis.Position(from)}" width="{axis.Length(to - from)}" y="{top}" height="{thickness}" rx="1.5"/>
            {Whisker(axis, bar, top + (thickness / 2))}
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
            <line class="whisker" x1="{from}" x2="{to}" y1="{middle}" y2="{middle}"/>
            <line class="whisker" x1="{from}" x2="{from}" y1="{middle - 4}" y2="{middle + 4}"/>
            <line class="whisker" x1="{to}" x2="{to}" y1="{middle - 4}" y2="{middle + 4}"/>
            """;
    }

    private static Html MeanLine(string x, int foot) => $"""<line class="mean" x1="{x}" x2="{x}" y1="0" y2="{foot}"/>""";

    private static string Shorten(string label)
    {
        var text = new StringInfo(label);
        return text.LengthInTextElements <= MaxLabelLength ? label : $"{text.SubstringByTextElements(0, MaxLabelLength - 1)}…";
    }

    private static IEnumerable<double> Extents(IReadOnlyList<BarRow> rows, double? mean) => rows
        .SelectMany(row => row.Bars)
        .SelectMany(bar => new[] { bar.Value - (bar.Deviation ?? 0), bar.Value + (bar.Deviation ?? 0) })
        .Append(mean ?? 0)
        .Where(double.IsFinite);
}
