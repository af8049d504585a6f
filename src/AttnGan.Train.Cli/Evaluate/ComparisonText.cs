using AttnGan.Cli.Hosting;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Reports;
using Spectre.Console;

namespace AttnGan.Cli.Evaluate;

/// <summary>Prints the comparison of two evaluation reports.</summary>
internal static class ComparisonText
{
    public static void Write(IAnsiConsole console, ReportComparison comparison)
    {
        Condition[] different = [.. comparison.Conditions.Where(condition => condition.Differs)];
        if (different.Length == 0)
        {
            console.WriteLine("A and B were evaluated under the same conditions.");
        }
        else
        {
            console.Write(Differences(different));
        }

        console.Write(Metrics(comparison.Metrics));
        console.WriteLine(MetricText.DifferencesNote);
    }

    private static Table Differences(IEnumerable<Condition> different)
    {
        Table table = new Table().RoundedBorder().AddColumns("difference", "A", "B");
        foreach (Condition condition in different)
        {
            table.AddRow(Cell(condition.Name), Cell(Value(condition, condition.A)), Cell(Value(condition, condition.B)));
        }

        return table;
    }

    private static Table Metrics(IEnumerable<MetricComparison> metrics)
    {
        Table table = new Table().RoundedBorder().AddColumn("metric");
        foreach (string number in (string[])["A", "B", "B - A"])
        {
            table.AddColumn(number, column => column.RightAligned().NoWrap());
        }

        table.AddColumn("verdict");
        foreach (MetricComparison metric in metrics)
        {
            table.AddRow(
                Cell(metric.Title), Cell(Value(metric.A)), Cell(Value(metric.B)), Cell(MetricText.Difference(metric)),
                Cell(MetricText.Verdict(metric), StyleOf(metric.Verdict)));
        }

        return table;
    }

    private static string Value(Condition condition, string? value) =>
        value is null ? "none" : condition.IsChecksum ? MetricText.Short(value) : value;

    private static string Value(MetricValue? metric) => metric is null ? "" : MetricText.Value(metric);

    private static Style StyleOf(MetricVerdict verdict) => verdict switch
    {
        MetricVerdict.Better => new Style(Color.Green),
        MetricVerdict.Worse => new Style(Color.Red),
        _ => Style.Plain,
    };

    /// <summary>Plain text, not markup: the names in a report are untrusted.</summary>
    private static Spectre.Console.Text Cell(string text, Style? style = null) => new(Terminal.Sanitize(text), style);
}
