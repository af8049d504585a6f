using System.CommandLine;
using AttnGan.Cli.Hosting;
using AttnGan.Imaging;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;

namespace AttnGan.Cli.Dataset;

/// <summary><c>attngan dataset convert</c>: converts a dataset of any supported format to metadata.jsonl or sidecar files.</summary>
internal static class DatasetConvertCommand
{
    private static readonly Argument<DirectoryInfo> s_source = new("SOURCE") { Description = "Dataset folder in any supported format." };

    private static readonly Option<string> s_to = CreateTo();

    private static readonly Option<DirectoryInfo> s_out = new("--out")
    {
        Description = "Folder for the new dataset; must not exist, or be empty.",
        HelpName = "DIR",
        Required = true,
    };

    private static readonly Option<int?> s_size = new Option<int?>("--size")
    {
        Description = "Scale larger images down to N pixels on the shorter side.",
        HelpName = "N",
    }.WithMinimum(1);

    private static readonly Option<bool> s_link = new("--link")
    {
        Description = "Link unchanged images instead of copying them. Cropped and scaled images are always written, as PNG.",
    };

    public static Command Create(Interruption interruption)
    {
        var command = new DocumentedCommand(
            "convert",
            "Convert a dataset to metadata.jsonl, captions beside images, WebDataset or Parquet; its split is kept, its crops are applied.",
            "attngan dataset convert data/birds --to metadata --out data/birds-cropped",
            "attngan dataset convert data/coco --to sidecar --size 304 --out data/coco-small",
            "attngan dataset convert DIR --to webdataset --out OTHER",
            "attngan dataset convert DIR --to metadata --out OTHER --link")
        {
            s_source, s_to, s_out, s_size, s_link, TrainingOptions.Config, TrainingOptions.Set, TrainingOptions.CaptionKey,
            CommonOptions.Threads,
        };
        command.SetAction(arguments => Run(arguments, interruption));
        return command;
    }

    private static int Run(ParseResult arguments, Interruption interruption)
    {
        AttnGanConfig config = DatasetCommand.ReadConfig(
            arguments.GetValue(TrainingOptions.Config)?.ToString(), TrainingOptions.Settings(arguments));
        var options = new ConversionOptions
        {
            Target = Enum.Parse<ConversionTarget>(arguments.GetRequiredValue(s_to), ignoreCase: true),
            Size = arguments.GetValue(s_size),
            Link = arguments.GetValue(s_link),
            SkipDamaged = config.Data.SkipDamaged,
            OnSkipped = problem => Terminal.Warn($"{problem} It is left out."),
            Background = RgbColor.Parse(config.Data.Background),
            Threads = CommonOptions.ThreadsOf(arguments) ?? Environment.ProcessorCount,
        };
        string target = arguments.GetRequiredValue(s_out).ToString();
        var source = CaptionedImageDataset.Open(arguments.GetRequiredValue(s_source).ToString(), config.Data);
        DatasetWarnings.Write(source);
        if (DatasetConverter.Dropped(source, options.Target) is { Count: > 0 } dropped)
        {
            Terminal.Warn($"{arguments.GetRequiredValue(s_to)} cannot store {string.Join(", ", dropped)}, so they are dropped" +
                $"{OfMetadata(source, dropped)}.");
        }

        if (options.Target is ConversionTarget.WebDataset or ConversionTarget.Parquet
            && DatasetConverter.CountLeftOut(source) is > 0 and int leftOut)
        {
            Terminal.Warn($"{leftOut} images are in no split and are left out.");
        }

        int images = Terminal.WithProgress("Writing images", progress => DatasetConverter.Convert(
            source, target, options, progress, interruption.Listen()));
        Console.Out.WriteLine(
            $"{target}: {images} images ({source.Train.Count} training, {source.Validation.Count} validation).");
        return ExitCodes.Success;
    }

    /// <summary>Tells what the format that stores most would keep of what is dropped.</summary>
    private static string OfMetadata(CaptionedImageDataset source, IReadOnlyList<string> dropped)
    {
        string[] kept = [.. dropped.Except(DatasetConverter.Dropped(source, ConversionTarget.Metadata))];
        return kept.Length == 0 ? ""
            : kept.Length == dropped.Count ? " (`--to metadata` keeps them)"
            : $" (`--to metadata` keeps {string.Join(", ", kept)})";
    }

    private static Option<string> CreateTo()
    {
        var option = new Option<string>("--to")
        {
            Description = "Target format: metadata.jsonl, a .txt of captions beside each image, WebDataset archives, or Parquet files.",
            HelpName = "metadata|sidecar|webdataset|parquet",
            Required = true,
        };
        option.AcceptOnlyFromAmong("metadata", "sidecar", "webdataset", "parquet");
        return option;
    }
}
