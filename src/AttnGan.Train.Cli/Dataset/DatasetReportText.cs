using AttnGan.Cli.Hosting;
using AttnGan.Training.Data;
using Spectre.Console;

namespace AttnGan.Cli.Dataset;

/// <summary>Prints a dataset report as tables and text.</summary>
internal static class DatasetReportText
{
    private const int MaxListedDuplicates = 20;
    private const int MaxListedNames = 5;

    public static void Write(DatasetReport report)
    {
        Terminal.Output.WriteLine($"Dataset {report.Directory} (captions: {report.Format.Description})");
        if (report.Splits.Any(split => split.Images > 0))
        {
            Terminal.Output.Write(Splits(report));
            Terminal.Output.Write(Numbers(report));
            Terminal.Output.Write(Facts(report));
        }

        WriteDuplicates(report);
        WriteProblems(report);
        int errors = report.Problems.Count(problem => problem.Severity == ProblemSeverity.Error);
        int warnings = report.Problems.Count - errors;
        Terminal.Output.WriteLine(report.WouldTrain
            ? $"Training would accept this dataset ({Count(warnings, "warning")})."
            : $"Training would fail: {Count(errors, "error")}, {Count(warnings, "warning")}.");
    }

    private static Table Splits(DatasetReport report)
    {
        Table table = NewTable("split", "images", "captions");
        foreach (SplitSummary split in report.Splits)
        {
            table.AddRow(split.Name, $"{split.Images:N0}", $"{split.Captions:N0}");
        }

        return table;
    }

    private static Table Numbers(DatasetReport report)
    {
        Table table = NewTable("", "min", "median", "95th percentile", "max");
        Add("width, pixels", report.Widths);
        Add("height, pixels", report.Heights);
        Add("caption, words", report.CaptionLengths);
        return table;

        void Add(string name, Distribution values) => table.AddRow(
            name, $"{values.Minimum}", $"{values.Median}", $"{values.Percentile95}", $"{values.Maximum}");
    }

    private static Table Facts(DatasetReport report)
    {
        Table table = NewTable("words and files", "");
        table.AddRow("vocabulary, words", $"{report.VocabularySize:N0}");
        table.AddRow("words in only one caption", $"{report.WordsSeenOnce:N0}");
        table.AddRow("captions truncated to data.max_words", $"{report.TruncatedShare:P1}");
        table.AddRow("validation words not in training", $"{report.UnknownValidationWordShare:P1}");
        table.AddRow("classes", $"{report.Classes:N0}");
        table.AddRow("image formats", string.Join(", ", report.Formats
            .OrderByDescending(format => format.Value)
            .Select(format => $"{format.Key.ToString().ToLowerInvariant()} {format.Value:N0}")));
        table.AddRow("unreadable images", $"{report.UnreadableImages.Count:N0}");
        table.AddRow("groups of identical images", $"{report.Duplicates.Count:N0}");
        return table;
    }

    private static void WriteDuplicates(DatasetReport report)
    {
        if (report.Duplicates.Count == 0)
        {
            return;
        }

        Console.Out.WriteLine("Identical images:");
        foreach (IReadOnlyList<string> group in report.Duplicates.Take(MaxListedDuplicates))
        {
            string others = group.Count > MaxListedNames ? $" = … ({group.Count - MaxListedNames} more)" : "";
            Console.Out.WriteLine($"  {string.Join(" = ", group.Take(MaxListedNames))}{others}");
        }

        if (report.Duplicates.Count > MaxListedDuplicates)
        {
            Console.Out.WriteLine($"  … and {report.Duplicates.Count - MaxListedDuplicates} more groups (`--json` lists all)");
        }
    }

    /// <summary>Writes lines rather than a table, so that names and messages are not wrapped and grep finds them.</summary>
    private static void WriteProblems(DatasetReport report)
    {
        foreach ((DatasetProblem problem, int others) in ProblemGroups.Shorten(report.Problems))
        {
            bool isError = problem.Severity == ProblemSeverity.Error;
            Terminal.Output.Markup(isError ? "[red]error[/] " : "[yellow]warning[/] ");
            Console.Out.WriteLine(problem);
            if (others > 0)
            {
                Console.Out.WriteLine($"  … and {others} more of this kind (`--json` lists all)");
            }
        }
    }

    private static Table NewTable(string first, params string[] numbers)
    {
        Table table = new Table().RoundedBorder().AddColumn(first);
        foreach (string number in numbers)
        {
            table.AddColumn(number, column => column.RightAligned());
        }

        return table;
    }

    private static string Count(int number, string thing) => $"{number} {thing}{(number == 1 ? "" : "s")}";
}
