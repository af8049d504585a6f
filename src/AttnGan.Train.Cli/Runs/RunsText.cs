using System.Globalization;
using AttnGan.Cli.Hosting;
using AttnGan.Training.Runs;
using Spectre.Console;

namespace AttnGan.Cli.Runs;

/// <summary>Prints runs as tables.</summary>
internal static class RunsText
{
    public static void Write(IReadOnlyList<RunSummary> runs, DateTimeOffset now)
    {
        Table table = NewTable("run", "state", "part", "step", "losses", "last metrics", "best metrics", "size", "changed");
        foreach (RunSummary run in runs)
        {
            RunPartSummary? part = run.Current;
            table.AddRow(
                Markup.Escape(run.Name),
                State(run.State),
                part?.Kind ?? "",
                Step(part?.Step, part?.Steps),
                part?.Losses is { } losses ? Losses(losses) : "",
                part?.Last is { } last ? Metrics(last) : "",
                part?.Best is { } best ? $"{Metrics(best)} at {best.Step}" : "",
                $"{Text(run.Bytes / 1e6)} MB",
                $"{DurationText.Format(now > run.Changed ? now - run.Changed : TimeSpan.Zero)} ago");
        }

        Terminal.Output.Write(table);
        foreach (RunSummary run in runs.Where(run => run.Problem is not null))
        {
            Terminal.Warn($"{run.Name}: {run.Problem}");
        }
    }

    public static void Write(RunComparison comparison)
    {
        if (comparison.Settings.Count == 0)
        {
            Console.Out.WriteLine("All settings are the same.");
        }
        else
        {
            Table settings = NewTable(["setting", .. comparison.Runs]);
            foreach (SettingComparison setting in comparison.Settings)
            {
                settings.AddRow([setting.Key, .. setting.Values.Select(value => Markup.Escape(value ?? "?"))]);
            }

            Terminal.Output.Write(settings);
        }

        Table metrics = NewTable(["", .. comparison.Runs]);
        foreach (PartComparison part in comparison.Progress)
        {
            metrics.AddRow([$"{part.Part}: step", .. part.Step.Zip(part.Steps, Step)]);
            metrics.AddRow(
                [$"{part.Part}: steps per second", .. part.StepsPerSecond.Select(speed => speed is { } value ? Text(value) : "")]);
            foreach (MetricComparison metric in comparison.Metrics.Where(metric => metric.Part == part.Part))
            {
                metrics.AddRow([$"{part.Part}: {metric.Name}, last", .. metric.Last.Select(At)]);
                metrics.AddRow([$"{part.Part}: {metric.Name}, at the best checkpoint", .. metric.Best.Select(At)]);
            }
        }

        if (comparison.Progress.Count > 0)
        {
            Terminal.Output.Write(metrics);
        }
    }

    private static string At(MetricAtStep? metric) => metric is null ? "" : $"{Text(metric.Value)} at {metric.Step}";

    private static string State(RunState state) => state switch
    {
        RunState.Running => "[green]running[/]",
        RunState.Broken => "[red]broken[/]",
        _ => state.ToString().ToLowerInvariant(),
    };

    private static string Step(long? step, long? steps) => step is null ? "" : steps is null ? $"{step}" : $"{step}/{steps}";

    private static string Losses(LogEntry entry) =>
        string.Join(' ', LossSummary.Of(entry.Measures).Select(loss => $"{loss.Name} {Text(loss.Value)}"));

    private static string Metrics(LogEntry entry)
    {
        if (entry["image_to_text_r1"] is { } images && entry["text_to_image_r1"] is { } captions)
        {
            return $"R@1 {(images + captions) / 2:P1}";
        }

        double? precision = entry["independent_r_precision"] ?? entry["r_precision"];
        double? distance = entry["independent_fd"] ?? entry["fd"];
        return distance is null
            ? $"generated R@1 {entry["generated_image_to_text_r1"]:P1}"
            : $"{(precision is null ? "" : $"R-precision {precision:P1}, ")}FD {Text(distance.Value)}";
    }

    private static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static Table NewTable(params string[] columns)
    {
        Table table = new Table().RoundedBorder();
        foreach (string column in columns)
        {
            table.AddColumn(Markup.Escape(column));
        }

        return table;
    }
}
