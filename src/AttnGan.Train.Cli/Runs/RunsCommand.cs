using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AttnGan.Cli.Hosting;
using AttnGan.Training.Runs;

namespace AttnGan.Cli.Runs;

/// <summary><c>attngan runs</c>: lists the runs in a folder; <c>runs compare</c> compares some of them. Both are read-only.</summary>
internal static class RunsCommand
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // names in any script stay readable
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private static readonly Argument<DirectoryInfo> s_folder = new("DIR")
    {
        Description = "Folder that contains run folders.",
        DefaultValueFactory = _ => new DirectoryInfo("runs"),
    };

    private static readonly Argument<DirectoryInfo[]> s_runs = new("RUN")
    {
        Description = "Run folders, two or more.",
        Arity = ArgumentArity.OneOrMore,
    };

    private static readonly Option<FileInfo?> s_curves = new("--curves")
    {
        Description = "Plot losses and metrics of the runs into one PNG file: of the GAN if all runs have started it, else of the DAMSM.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> s_asJson = new("--json") { Description = "Print JSON." };

    public static Command Create()
    {
        var compare = new DocumentedCommand(
            "compare",
            "Compare runs: the settings that differ, and their metrics side by side.",
            "attngan runs compare runs/first runs/second",
            "attngan runs compare runs/first runs/second runs/third --curves curves.png")
        {
            s_runs, s_curves, s_asJson,
        };
        compare.Validators.Add(result =>
        {
            if (result.GetValue(s_runs) is { Length: < 2 })
            {
                result.AddError("Specify the folders of at least two runs to compare.");
            }
        });
        compare.SetAction(Compare);
        var runs = new DocumentedCommand(
            "runs",
            "List runs with state, progress and metrics. Read-only: running trainings are not affected.",
            "attngan runs elsewhere/runs",
            "attngan runs --json",
            "attngan runs compare runs/first runs/second")
        {
            s_folder, s_asJson, compare,
        };
        runs.SetAction(List);
        return runs;
    }

    private static int List(ParseResult arguments)
    {
        string folder = arguments.GetRequiredValue(s_folder).ToString();
        IReadOnlyList<RunSummary> runs = RunSummary.ReadAll(folder);
        if (arguments.GetValue(s_asJson))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(runs.Select(Describe), s_json));
        }
        else if (runs.Count == 0)
        {
            Console.Out.WriteLine($"There are no runs in `{folder}`. `attngan train` starts one.");
        }
        else
        {
            RunsText.Write(runs, DateTimeOffset.UtcNow);
        }

        return ExitCodes.Success;
    }

    private static int Compare(ParseResult arguments)
    {
        RunSummary[] runs = Distinct([.. arguments.GetRequiredValue(s_runs).Select(run => run.ToString())]);
        var comparison = RunComparison.Of(runs);
        string? curves = arguments.GetValue(s_curves)?.ToString();
        if (curves is not null)
        {
            string kind = runs.All(run => run.Parts.Any(part => part.Kind == TrainingKind.Gan)) ? TrainingKind.Gan : TrainingKind.Damsm;
            TrainingCurves.Compare(
                curves,
                $"{string.Join(", ", runs.Select(run => run.Name))}: {kind}",
                [.. runs.SelectMany(run => run.Parts.Where(part => part.Kind == kind).Select(part => (run.Name, part)))]);
        }

        if (arguments.GetValue(s_asJson))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(comparison, s_json));
            return ExitCodes.Success;
        }

        RunsText.Write(comparison);
        if (curves is not null)
        {
            Console.Out.WriteLine($"The curves are in {curves}.");
        }

        return ExitCodes.Success;
    }

    /// <summary>Names runs by their paths if their folder names are not unique.</summary>
    private static RunSummary[] Distinct(string[] paths)
    {
        RunSummary[] runs = [.. paths.Select(RunSummary.Read)];
        return runs.DistinctBy(run => run.Name).Count() == runs.Length
            ? runs
            : [.. runs.Zip(paths, (run, path) => run with { Name = path })];
    }

    private static object Describe(RunSummary run) => new
    {
        run.Name,
        run.State,
        run.Problem,
        run.Bytes,
        run.Changed,
        Parts = run.Parts.Select(part => new
        {
            part.Kind,
            part.Step,
            part.Steps,
            part.IsComplete,
            part.StepsPerSecond,
            Losses = Describe(part.Losses),
            Last = Describe(part.Last),
            Best = Describe(part.Best),
        }),
    };

    private static object? Describe(LogEntry? entry) => entry is null ? null : new
    {
        entry.Step,
        entry.Epoch,
        Measures = entry.Measures.ToDictionary(measure => measure.Name, measure => measure.Value),
    };
}
