using System.CommandLine;
using AttnGan.Cli.Hosting;
using AttnGan.Generation;

namespace AttnGan.Cli.Generate;

/// <summary><c>attngan generate</c>: draws images from captions.</summary>
internal static class GenerateCommand
{
    private static readonly Argument<string[]> s_captions = CreateCaptions();

    private static readonly Option<FileInfo?> s_captionsFile = new("--captions")
    {
        Description = "Text file with a caption a line; blank lines are skipped.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> s_model = new("--model")
    {
        Description = "A model package (.onnx), a run folder or a GAN checkpoint. Without it the bundled model.",
        HelpName = "PATH",
    };

    private static readonly Option<DirectoryInfo> s_out = new("--out")
    {
        Description = "Folder for the images; created where there is none.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo("out"),
    };

    private static readonly Option<int> s_number = new Option<int>("--n", "-n")
    {
        Description = "Images of each caption.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    }.AtLeast(1);

    private static readonly Option<long?> s_seed = new("--seed")
    {
        Description = "Seed of the first image, the next has the next number; same caption, model, seed and truncation: same image. " +
            "Without it one is chosen and printed.",
        HelpName = "S",
    };

    private static readonly Option<bool> s_allStages = new("--all-stages") { Description = "Write the image of every stage." };

    private static readonly Option<bool> s_attention = new("--attention")
    {
        Description = "Write a figure of each stage's attention to each word, and print the words that it attended to most.",
    };

    private static readonly Option<bool> s_grid = new("--grid") { Description = "Write one image of all images." };

    private static readonly Option<int?> s_interpolate = new Option<int?>("--interpolate")
    {
        Description = "Draw the way from each image to the next (caption to caption, seed to seed) in N steps: every frame, and an " +
            "animated WebP of them.",
        HelpName = "N",
    }.AtLeast(1);

    private static readonly Option<int> s_frameTime = new Option<int>("--frame-time")
    {
        Description = "Milliseconds that a frame of the animation stays.",
        HelpName = "MS",
        DefaultValueFactory = _ => 80,
    }.Between(1, 0xFFFFFF);

    private static readonly Option<double?> s_truncation = CreateTruncation();

    private static readonly Option<int?> s_size = new("--size")
    {
        Description = "Side of the image in pixels, one that the model has a stage for; smaller is quicker. Without it the last stage's.",
        HelpName = "PIXELS",
    };

    private static readonly Option<string> s_engine = CreateEngine();

    private static readonly Option<string> s_format = CreateFormat();

    private static readonly Option<int> s_batchSize = new Option<int>("--batch-size")
    {
        Description = "Images drawn at once.",
        HelpName = "N",
        DefaultValueFactory = _ => 8,
    }.AtLeast(1);

    private static readonly Option<bool> s_overwrite = new("--overwrite") { Description = "Replace files that exist." };

    public static Command Create(Interruption interruption)
    {
        var command = new DocumentedCommand(
            "generate",
            "Draws images from captions.",
            "attngan generate \"a red heart\" --out out",
            "attngan generate \"a red heart\" \"a blue bird\" --n 4 --seed 42 --grid --attention",
            "attngan generate \"a red heart\" \"a blue heart\" --interpolate 20",
            "attngan generate --captions captions.txt --model runs/first --format webp")
        {
            s_captions, s_captionsFile, s_model, s_out, s_number, s_seed, s_size, s_truncation, s_allStages, s_attention, s_grid,
            s_interpolate, s_frameTime, s_format, s_batchSize, s_overwrite, s_engine, CommonOptions.Threads,
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
            throw new UsageException($"`--seed {seed}` leaves no room for {number} images; use a smaller one.");
        }

        var pipelineOptions = new PipelineOptions
        {
            Engine = Enum.Parse<InferenceEngine>(arguments.GetRequiredValue(s_engine), ignoreCase: true),
            Threads = arguments.GetValue(CommonOptions.Threads) ?? 0,
            BatchSize = arguments.GetRequiredValue(s_batchSize),
        };
        using TextToImagePipeline pipeline = GenerationModel.Load(arguments.GetValue(s_model) ?? GenerationModel.Bundled(), pipelineOptions);
        CaptionCheck.Check(captions, pipeline.Captions);
        var job = new GenerationJob
        {
            Folder = arguments.GetRequiredValue(s_out).ToString(),
            Captions = captions,
            Number = number,
            Seed = seed,
            Options = new GenerationOptions
            {
                Truncation = arguments.GetValue(s_truncation),
                Size = arguments.GetValue(s_size),
                AllStages = arguments.GetValue(s_allStages),
                Attention = arguments.GetValue(s_attention),
            },
            Grid = arguments.GetValue(s_grid),
            Steps = arguments.GetValue(s_interpolate),
            FrameTime = arguments.GetRequiredValue(s_frameTime),
            Extension = arguments.GetRequiredValue(s_format),
        };
        job.PrepareFolder(pipeline.StageSizes, arguments.GetValue(s_overwrite));
        Console.Out.WriteLine(number == 1 ? $"seed {seed}" : $"seeds {seed} to {seed + number - 1}");
        CancellationToken cancellation = interruption.Listen();
        List<string> report = [];
        try
        {
            // Lines in between would tear the progress bar apart.
            Terminal.WithProgress("Generating", progress => job.Draw(pipeline, report, progress, cancellation));
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

    private static Argument<string[]> CreateCaptions()
    {
        var captions = new Argument<string[]>("CAPTION")
        {
            Description = "What to draw; one caption an argument.",
            Arity = ArgumentArity.ZeroOrMore,
        };

        // What is meant as an option and is none would be a caption, and be drawn.
        captions.Validators.Add(result =>
        {
            foreach (string caption in result.Tokens.Select(token => token.Value).Where(value => value.StartsWith('-') && !value.Contains(' ')))
            {
                result.AddError($"Unrecognized option '{caption}'.");
            }
        });
        return captions;
    }

    public static Option<double?> CreateTruncation()
    {
        var option = new Option<double?>("--truncation")
        {
            Description = "Largest magnitude of the noise, above 0: 1 or less gives more typical and less varied images. Without it none.",
            HelpName = "T",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && double.TryParse(token.Value, out double value) && !(value > 0))
            {
                result.AddError($"`--truncation {token.Value}`: expected a number above 0, such as 0.8.");
            }
        });
        return option;
    }

    private static Option<string> CreateEngine()
    {
        var option = new Option<string>("--engine")
        {
            Description = "What computes: vector code of our own (the fastest; the same images on every machine) or ONNX Runtime. Auto takes " +
                "the first where the processor is made for it.",
            HelpName = "auto|fused|onnxruntime",
            DefaultValueFactory = _ => "auto",
        };
        option.AcceptOnlyFromAmong("auto", "fused", "onnxruntime");
        return option;
    }

    private static Option<string> CreateFormat()
    {
        var option = new Option<string>("--format")
        {
            Description = "Format of the images; png and webp are lossless.",
            HelpName = "png|webp|jpg",
            DefaultValueFactory = _ => "png",
        };
        option.AcceptOnlyFromAmong("png", "webp", "jpg");
        return option;
    }
}
