using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using AttnGan.Cli.Hosting;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;

namespace AttnGan.Cli.Dataset;

/// <summary><c>attngan dataset check</c>: reads a whole dataset as training does and reports its contents and problems.</summary>
internal static class DatasetCheckCommand
{
    private static readonly JsonSerializerOptions s_json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // captions in any script stay readable
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    private static readonly Argument<DirectoryInfo> s_directory = new("DIR")
    {
        Description = "Dataset folder in any supported format (docs/data.md): metadata, Parquet, WebDataset, captions beside images …",
    };

    private static readonly Option<bool> s_asJson = new("--json") { Description = "Print the report as JSON." };

    public static Command Create(Interruption interruption)
    {
        var command = new DocumentedCommand(
            "check",
            "Check every image and caption of a dataset. The exit code is 1 if training would fail.",
            "attngan dataset check datasets/sample",
            "attngan dataset check DIR --config configs/bird.yml --set data.min_word_count=2",
            "attngan dataset check DIR --caption-key prompt",
            "attngan dataset check DIR --json > report.json")
        {
            s_directory, TrainingOptions.Config, TrainingOptions.Set, TrainingOptions.CaptionKey, CommonOptions.Threads, s_asJson,
        };
        command.SetAction(arguments => Run(arguments, interruption));
        return command;
    }

    private static int Run(ParseResult arguments, Interruption interruption)
    {
        string? file = arguments.GetValue(TrainingOptions.Config)?.ToString();
        string[] settings = TrainingOptions.Settings(arguments);
        AttnGanConfig config = DatasetCommand.ReadConfig(file, settings);
        DataConfig data = config.Data with { Workers = CommonOptions.ThreadsOf(arguments) ?? Environment.ProcessorCount };
        int imageSize = Math.Max(config.ImageEncoder.ImageSize, config.Generator.ImageSize);
        string directory = arguments.GetRequiredValue(s_directory).ToString();
        Dictionary<string, int> batchSizes = BatchSizes(config).ToDictionary();
        DatasetReport report = Terminal.WithProgress("Reading images", progress => DatasetInspector.Inspect(
            directory, data, new InspectionAdapter(progress), imageSize, batchSizes, interruption.Listen()));
        bool isConfigured = file is not null || arguments.GetRequiredValue(TrainingOptions.Set).Length > 0;
        report = report with { Problems = [.. BatchProblems(report, config, isConfigured), .. report.Problems] };

        if (arguments.GetValue(s_asJson))
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(report, s_json));
        }
        else
        {
            DatasetReportText.Write(report);
        }

        return report.WouldTrain ? ExitCodes.Success : ExitCodes.Failure;
    }

    /// <summary>Reports batch sizes above the number of training images: an error if configured by the user, else a warning.</summary>
    private static IEnumerable<DatasetProblem> BatchProblems(DatasetReport report, AttnGanConfig config, bool isConfigured)
    {
        int images = report.Splits.First(split => split.Name == "train").Images;
        foreach ((string key, int size) in BatchSizes(config))
        {
            if (images > 0 && size > images)
            {
                yield return new DatasetProblem(
                    "(training split)",
                    isConfigured ? ProblemSeverity.Error : ProblemSeverity.Warning,
                    $"has {images} images, fewer than one batch: `{key}` is {size}{(isConfigured ? "" : " by default")}.");
            }
        }
    }

    private static KeyValuePair<string, int>[] BatchSizes(AttnGanConfig config) =>
        [new("damsm.batch_size", config.Damsm.BatchSize), new("gan.batch_size", config.Gan.BatchSize)];

    private sealed class InspectionAdapter(IProgress<(int Done, int Total)> progress) : IProgress<InspectionProgress>
    {
        public void Report(InspectionProgress value) => progress.Report((value.Done, value.Total));
    }
}
