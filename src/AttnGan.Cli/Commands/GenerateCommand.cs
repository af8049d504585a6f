using System.CommandLine;
using AttnGan.Cli.Display;
using AttnGan.Training.Generation;

namespace AttnGan.Cli.Commands;

/// <summary><c>attngan generate</c>: draws pictures from captions.</summary>
internal static class GenerateCommand
{
    private static readonly Argument<string[]> s_captions = new("CAPTION")
    {
        Description = "What to draw; one caption an argument.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private static readonly Option<FileInfo?> s_captionsFile = new("--captions")
    {
        Description = "Text file with a caption a line; blank lines are skipped.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> s_model = new("--model")
    {
        Description = "A model file, a GAN checkpoint or a run folder. Without it the bundled model.",
        HelpName = "PATH",
    };

    private static readonly Option<DirectoryInfo> s_out = new("--out")
    {
        Description = "Folder for the pictures; created where there is none.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo("out"),
    };

    private static readonly Option<int> s_number = new Option<int>("--n", "-n")
    {
        Description = "Pictures of each caption.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    }.AtLeast(1);

    private static readonly Option<long?> s_seed = new("--seed")
    {
        Description = "Seed of the first picture, the next has the next number; same caption, model and seed: same picture. " +
            "Without it one is chosen and printed.",
        HelpName = "S",
    };

    private static readonly Option<bool> s_allStages = new("--all-stages") { Description = "Write the picture of every stage." };

    private static readonly Option<bool> s_attention = new("--attention")
    {
        Description = "Write a figure of each stage's attention to each word, and print the words that it attended to most.",
    };

    private static readonly Option<bool> s_grid = new("--grid") { Description = "Write one picture of all pictures." };

    private static readonly Option<string> s_format = CreateFormat();

    private static readonly Option<int> s_batchSize = new Option<int>("--batch-size")
    {
        Description = "Pictures drawn at once.",
        HelpName = "N",
        DefaultValueFactory = _ => 8,
    }.AtLeast(1);

    private static readonly Option<bool> s_overwrite = new("--overwrite") { Description = "Replace files that exist." };

    public static Command Create(Interruption interruption)
    {
        var command = new DocumentedCommand(
            "generate",
            "Draws pictures from captions.",
            "attngan generate \"a red heart\" --out out",
            "attngan generate \"a red heart\" \"a blue bird\" --n 4 --seed 42 --grid --attention",
            "attngan generate --captions captions.txt --model runs/first --format webp")
        {
            s_captions, s_captionsFile, s_model, s_out, s_number, s_seed, s_allStages, s_attention, s_grid, s_format, s_batchSize,
            s_overwrite, CommonOptions.Device, CommonOptions.Threads,
        };
        command.SetAction(arguments => Run(arguments, interruption));
        return command;
    }

    private static int Run(ParseResult arguments, Interruption interruption)
    {
        IReadOnlyList<string> captions = ReadCaptions(
            arguments.GetValue(s_captions) ?? [], arguments.GetValue(s_captionsFile)?.ToString());
        int number = arguments.GetRequiredValue(s_number);
        long seed = arguments.GetValue(s_seed) ?? Random.Shared.Next();
        if (seed > long.MaxValue - number)
        {
            throw new UsageException($"`--seed {seed}` leaves no room for {number} pictures; use a smaller one.");
        }

        string model = arguments.GetValue(s_model) ?? BundledModel();
        using var pipeline = TorchPipeline.Load(model, CommonOptions.PrepareCompute(arguments));
        CaptionCheck.Check(captions, pipeline.Captions);
        var drawing = new Drawing
        {
            Folder = arguments.GetRequiredValue(s_out).ToString(),
            Captions = captions,
            Number = number,
            Seed = seed,
            AllStages = arguments.GetValue(s_allStages),
            Attention = arguments.GetValue(s_attention),
            Grid = arguments.GetValue(s_grid),
            Extension = arguments.GetRequiredValue(s_format),
            BatchSize = arguments.GetRequiredValue(s_batchSize),
        };
        drawing.PrepareFolder(pipeline.StageSizes, arguments.GetValue(s_overwrite));
        Console.Out.WriteLine(number == 1 ? $"seed {seed}" : $"seeds {seed} to {seed + number - 1}");
        CancellationToken cancellation = interruption.Listen();
        List<string> report = [];
        try
        {
            // Lines in between would tear the progress bar apart.
            Terminal.WithProgress("Drawing", progress => drawing.Draw(pipeline, report, progress, cancellation));
        }
        finally
        {
            report.ForEach(Console.Out.WriteLine);
        }

        return ExitCodes.Success;
    }

    private static List<string> ReadCaptions(IReadOnlyList<string> given, string? file)
    {
        List<string> captions = [.. given];
        if (file is not null)
        {
            try
            {
                captions.AddRange(File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new AttnGanException($"The captions `{file}` cannot be read: {exception.Message}", exception);
            }
        }

        return captions.Count > 0 ? captions : throw new UsageException(file is null
            ? "There is nothing to draw: give a caption (`attngan generate \"a red heart\"`) or `--captions FILE`."
            : $"The file `{file}` holds no caption; write one a line.");
    }

    private static string BundledModel()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "models", "emoji.safetensors");
        return File.Exists(path) ? path : throw new AttnGanException(
            $"This program was built without the bundled model (`{path}`). Give a model file, a GAN checkpoint or a run folder with " +
            "`--model`.");
    }

    private static Option<string> CreateFormat()
    {
        var option = new Option<string>("--format")
        {
            Description = "Format of the pictures; png and webp are lossless.",
            HelpName = "png|webp|jpg",
            DefaultValueFactory = _ => "png",
        };
        option.AcceptOnlyFromAmong("png", "webp", "jpg");
        return option;
    }
}
