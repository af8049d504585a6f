using System.CommandLine;
using AttnGan.Cli.Hosting;
using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Text;

namespace AttnGan.Cli.Generate;

/// <summary><c>attngan generate</c>: generates images from captions.</summary>
internal static class GenerateCommand
{
    private static readonly Argument<string[]> s_captions = CreateCaptions();

    private static readonly Option<string?> s_captionsFile = new("--captions")
    {
        Description = "UTF-8 text file with one caption per line, or - for standard input; blank lines are skipped.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> s_model = new("--model")
    {
        Description = "A model package (.onnx), the name of a bundled model, a run folder or a GAN checkpoint. Default: emoji, which is " +
            "bundled.",
        HelpName = "PATH",
    };

    private static readonly Option<DirectoryInfo> s_out = new("--out")
    {
        Description = "Folder for the images; created if missing.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo("out"),
    };

    private static readonly Option<int> s_number = new Option<int>("--n", "-n")
    {
        Description = "Images per caption.",
        HelpName = "N",
        DefaultValueFactory = _ => 1,
    }.WithMinimum(1);

    private static readonly Option<long?> s_seed = new("--seed")
    {
        Description = "Seed of the first image; each further image takes the next number. The same model, caption, seed, style and " +
            "truncation give the same image. Default: random, and printed.",
        HelpName = "S",
    };

    private static readonly Option<bool> s_allStages = new("--all-stages") { Description = "Also write the images of earlier stages." };

    private static readonly Option<bool> s_attention = new("--attention")
    {
        Description = "Write a figure with the attention maps of each stage, and print its most attended words.",
    };

    private static readonly Option<bool> s_grid = new("--grid") { Description = "Also write an image grid." };

    private static readonly Option<int?> s_interpolate = new Option<int?>("--interpolate")
    {
        Description = "Interpolate from each image to the next (between captions and seeds) in N steps: writes every frame and an " +
            "animated WebP.",
        HelpName = "N",
    }.WithMinimum(1);

    private static readonly Option<int> s_frameTime = new Option<int>("--frame-time")
    {
        Description = "Milliseconds per frame of the animation.",
        HelpName = "MS",
        DefaultValueFactory = _ => 80,
    }.WithRange(1, 0xFFFFFF);

    private static readonly Option<int?> s_size = new("--size")
    {
        Description = "Image size in pixels, one of the model's stages; smaller is faster. Default: the last stage's.",
        HelpName = "PIXELS",
    };

    private static readonly Option<string?> s_style = new("--style")
    {
        Description = "Style of the images, one of those that `attngan info` lists for the model. Default: the seed chooses one.",
        HelpName = "NAME",
    };

    private static readonly Option<bool> s_strictWords = new("--strict-words")
    {
        Description = "Use only words of the model's vocabulary. By default, other words are read as known ones where the model says so " +
            "(\"puppy, read as dog\").",
    };

    private static readonly Option<string> s_engine = CreateEngine();

    private static readonly Option<string> s_device = CreateDevice();

    private static readonly Option<string> s_format = CreateFormat();

    private static readonly Option<int> s_batchSize = new Option<int>("--batch-size")
    {
        Description = "Batch size.",
        HelpName = "N",
        DefaultValueFactory = _ => 8,
    }.WithMinimum(1);

    private static readonly Option<bool> s_overwrite = new("--overwrite") { Description = "Replace existing files." };

    public static Command Create(Interruption interruption, ITrainedModels models, IRanks ranks)
    {
        var command = new DocumentedCommand(
            "generate",
            "Generate images from captions.",
            "attngan generate \"a red heart\" --out out",
            "attngan generate \"a red heart\" \"a blue bird\" --n 4 --seed 42 --grid --attention",
            "attngan generate \"a red heart\" \"a blue heart\" --interpolate 20",
            "attngan generate --captions captions.txt --model runs/first --format webp")
        {
            s_captions, s_captionsFile, s_model, s_out, s_number, s_seed, s_size, s_style, CommonOptions.Truncation, s_allStages,
            s_attention, s_grid, s_interpolate, s_frameTime, s_format, s_batchSize, s_strictWords, s_overwrite, s_engine,
            s_device, CommonOptions.Threads,
        };
        command.SetAction(arguments => Run(arguments, interruption, models, ranks));
        return command;
    }

    private static int Run(ParseResult arguments, Interruption interruption, ITrainedModels models, IRanks ranks)
    {
        IReadOnlyList<string> captions = ReadCaptions(
            arguments.GetValue(s_captions) ?? [], arguments.GetValue(s_captionsFile), ranks);
        int number = arguments.GetRequiredValue(s_number);
        if (arguments.GetValue(s_seed) is { } given && given > long.MaxValue - number)
        {
            throw new UsageException($"`--seed {given}` is too large for {number} images; use a smaller one.");
        }

        var processor = new PipelineOptions
        {
            Engine = Enum.Parse<InferenceEngine>(arguments.GetRequiredValue(s_engine), ignoreCase: true),
            Threads = CommonOptions.ThreadsOf(arguments) ?? ranks.Processors ?? 0,
            BatchSize = arguments.GetRequiredValue(s_batchSize),
        };
        PipelineOptions pipelineOptions = OnnxRuntimeDevice.Apply(processor, arguments.GetRequiredValue(s_device));
        // Loads the codec while the model is being read. Where it cannot be loaded, saving the first image reports why.
        _ = Task.Run(static () => new RgbImage(1, 1).Encode(ImageFormat.Png));
        string model = GenerationModel.Find(arguments.GetValue(s_model));
        using TextToImagePipeline pipeline = GenerationModel.Load(model, pipelineOptions, models);
        bool strictWords = arguments.GetValue(s_strictWords);
        IReadOnlyList<WordReading> readings = CaptionCheck.Check(captions, pipeline.Captions, strictWords);
        ranks.Join();
        long seed = arguments.GetValue(s_seed) ?? SharedSeed(ranks);
        var job = new GenerationJob
        {
            Folder = arguments.GetRequiredValue(s_out).ToString(),
            Captions = captions,
            Number = number,
            Seed = seed,
            Options = new GenerationOptions
            {
                Truncation = arguments.GetValue(CommonOptions.Truncation),
                Size = arguments.GetValue(s_size),
                Style = arguments.GetValue(s_style),
                AllStages = arguments.GetValue(s_allStages),
                Attention = arguments.GetValue(s_attention),
                StrictWords = strictWords,
            },
            Grid = arguments.GetValue(s_grid),
            Steps = arguments.GetValue(s_interpolate),
            FrameTime = arguments.GetRequiredValue(s_frameTime),
            Extension = arguments.GetRequiredValue(s_format),
            Ranks = ranks,
            BatchSize = processor.BatchSize,
        };
        job.Prepare(pipeline, arguments.GetValue(s_overwrite));
        Console.Out.WriteLine(number == 1 ? $"seed {seed}" : $"seeds {seed} to {seed + number - 1}");
        foreach (WordReading reading in readings)
        {
            Console.Out.WriteLine(reading);
        }

        CancellationToken cancellation = interruption.Listen();
        List<string> messages = [];
        try
        {
            // Printed at the end: lines in between would break the progress bar.
            Terminal.WithProgress("Generating", progress => job.Generate(pipeline, messages, progress, cancellation));
        }
        finally
        {
            messages.ForEach(Console.Out.WriteLine);
        }

        ranks.Leave();
        return ExitCodes.Success;
    }

    /// <summary>Returns a random seed, the same on all ranks.</summary>
    private static long SharedSeed(IRanks ranks) => BitConverter.ToInt32(ranks.Exchange(BitConverter.GetBytes(Random.Shared.Next()))[0]);

    private static List<string> ReadCaptions(IReadOnlyList<string> given, string? file, IRanks ranks)
    {
        if (file == CaptionFile.StandardInput && ranks.Size > 1)
        {
            throw new UsageException("`--captions -`: standard input reaches only the first rank; write the captions to a file.");
        }

        List<string> captions = [.. given];
        if (file is not null)
        {
            captions.AddRange(CaptionFile.Read(file, GenerationJob.MaxImages + 1));
        }

        if (captions.Count > GenerationJob.MaxImages)
        {
            throw new UsageException($"The file `{file}` has more than {GenerationJob.MaxImages} captions, the maximum number of images.");
        }

        return captions.Count > 0 ? captions : throw new UsageException(file is null
            ? "No caption: give one (`attngan generate \"a red heart\"`) or `--captions FILE`."
            : $"The file `{file}` contains no captions; write one per line.");
    }

    private static Argument<string[]> CreateCaptions()
    {
        var captions = new Argument<string[]>("CAPTION")
        {
            Description = "Captions, one per argument.",
            Arity = ArgumentArity.ZeroOrMore,
        };

        // Without this check, a mistyped option would be taken for a caption.
        captions.Validators.Add(result =>
        {
            foreach (string caption in result.Tokens
                .Select(token => token.Value)
                .Where(value => value.StartsWith('-') && !value.Contains(' ')))
            {
                result.AddError($"Unrecognized option '{caption}'.");
            }
        });
        return captions;
    }

    private static Option<string> CreateEngine()
    {
        var option = new Option<string>("--engine")
        {
            Description = "Inference engine: fused (built in; fastest, same images on every machine) or ONNX Runtime. Auto selects fused " +
                "if the processor supports it.",
            HelpName = "auto|fused|onnxruntime",
            DefaultValueFactory = _ => "auto",
        };
        option.AcceptOnlyFromAmong("auto", "fused", "onnxruntime");
        return option;
    }

    private static Option<string> CreateDevice()
    {
        var option = new Option<string>("--device")
        {
            Description = "Device to generate on. Devices other than the processor need a build of ONNX Runtime for them " +
                "(docs/devices.md).",
            HelpName = OnnxRuntimeDevice.HelpName,
            DefaultValueFactory = _ => OnnxRuntimeDevice.Cpu,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !OnnxRuntimeDevice.IsName(token.Value))
            {
                result.AddError($"`--device {token.Value}`: expected {OnnxRuntimeDevice.Expected}.");
            }
        });
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
