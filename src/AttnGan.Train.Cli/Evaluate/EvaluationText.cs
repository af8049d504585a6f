using System.Globalization;
using AttnGan.Cli.Hosting;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Reports;
using Spectre.Console;

namespace AttnGan.Cli.Evaluate;

/// <summary>Prints an evaluation report as a table.</summary>
internal static class EvaluationText
{
    public static void Write(EvaluationReport report)
    {
        Console.Out.WriteLine(
            $"{report.Count} images: {report.Subject.Name}, {report.Subject.ImageSize} x {report.Subject.ImageSize} pixels; captions of " +
            $"{report.Data.Name} ({report.Data.Split}), seed {report.Seed}");
        foreach (EvaluationNetwork network in report.Networks)
        {
            Console.Out.WriteLine($"{network.Role}: {network.Name}, {network.Description}");
        }

        Table table = new Table().RoundedBorder()
            .AddColumn("metric")
            .AddColumn("value", column => column.RightAligned())
            .AddColumn("samples", column => column.RightAligned())
            .AddColumn("");
        foreach (MetricValue metric in report.Metrics)
        {
            table.AddRow(
                metric.Title,
                MetricText.Value(metric),
                metric.Count.ToString("N0", CultureInfo.InvariantCulture),
                MetricText.Direction(metric));
        }

        Terminal.Output.Write(table);
        foreach (SkippedMetric skipped in report.Skipped)
        {
            Console.Out.WriteLine($"not measured: {skipped.Name}: {skipped.Reason}");
        }
    }
}
