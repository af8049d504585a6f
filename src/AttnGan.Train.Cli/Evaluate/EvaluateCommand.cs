using System.CommandLine;
using System.CommandLine.Parsing;
using AttnGan.Cli.Hosting;
using AttnGan.Training.Configuration;
using AttnGan.Training.Distributed;
using AttnGan.Training.Evaluation;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Evaluation.Subjects;
using static TorchSharp.torch;

namespace AttnGan.Cli.Evaluate;

/// <summary><c>attngan evaluate</c>: evaluates generated images, or a baseline to compare them with.</summary>
internal static class EvaluateCommand
{
    private static readonly Dictionary<string, SubjectKind> s_baselines = new()
    {
        ["real"] = SubjectKind.Real,
        ["wrong-captions"] = SubjectKind.WrongCaptions,
        ["blurred"] = SubjectKind.Blurred,
        ["repeated"] = SubjectKind.Repeated,
        ["noise"] = SubjectKind.Noise,
        ["untrained"] = SubjectKind.Untrained,
    };

    private static readonly Option<string?> s_model = new("--model")
    {
        Description = "A model package (.onnx), the name of a bundled model, a run folder or a GAN checkpoint. Default: emoji, which is " +
            "bundled.",
        HelpName = "PATH",
    };

    private static readonly Option<DirectoryInfo?> s_data = new("--data")
    {
        Description = "Dataset folder (see `attngan dataset check`).",
        HelpName = "DIR",
    };

    private static readonly Option<DirectoryInfo?> s_images = new("--images")
    {
        Description = "Evaluate the images of a folder, which any program may have generated, instead of a model. A metadata.jsonl " +
            "(`file_name`, `text`), a .txt beside each image, or its name gives the caption, which must be one of the split.",
        HelpName = "DIR",
    };

    private static readonly Option<string> s_split = new("--split")
    {
        Description = "Split of the dataset: train, validation, or NAME for the list NAME.txt in its folder.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "validation",
    };

    private static readonly Option<double?> s_cropScale = CreateCropScale();

    private static readonly Option<int?> s_count = new Option<int?>("--count")
    {
        Description = "Number of images. Default: one per caption of the split, at most 30000, as in published evaluations.",
        HelpName = "N",
    }.WithMinimum(2);

    private static readonly Option<string?> s_baseline = CreateBaseline();

    private static readonly Option<string?> s_damsm = new("--damsm")
    {
        Description = "Run folder or checkpoint of the DAMSM that compares images with captions. Default: the one of the model's " +
            "training; model packages (.onnx) contain none.",
        HelpName = "PATH",
    };

    private static readonly Option<string?> s_independent = new("--independent")
    {
        Description = "Run folder or checkpoint of an independent DAMSM, which the model was not trained with; adds its own values " +
            "of all DAMSM metrics.",
        HelpName = "PATH",
    };

    private static readonly Option<string?> s_features = new("--features")
    {
        Description = "Evaluation network for distances, recognition, Inception score and diversity: resnet18 (bundled), Inception-v3 " +
            "weights (from torchvision, or pytorch-fid's port of TensorFlow's), or a DAMSM. Default: resnet18.",
        HelpName = "NETWORK",
    };

    private static readonly Option<FileInfo?> s_reference = new("--reference-stats")
    {
        Description = "Measure the Fréchet distance from statistics of pytorch-fid (.npz with mu and sigma) instead of the real images " +
            "of the split. They are of Inception features: give its weights with `--features`.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> s_metrics = CreateMetrics();

    private static readonly Option<long> s_seed = new("--seed")
    {
        Description = "Seed of image order, noise and wrong captions; the same command with the same seed gives the same values.",
        HelpName = "S",
        DefaultValueFactory = _ => 0,
    };

    private static readonly Option<DirectoryInfo> s_out = new("--out")
    {
        Description = "Folder for the report; created if missing. With `--compare`, an HTML page to write.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("out", "evaluation")),
    };

    private static readonly Option<string?> s_cache = new("--cache")
    {
        Description = "Cache folder for features of real images and their statistics, which are slow to compute. " +
            "Default: `attngan/statistics` in the user's cache folder.",
        HelpName = "DIR",
    };

    private static readonly Option<bool> s_overwrite = new("--overwrite") { Description = "Replace an existing report." };

    private static readonly Option<string[]> s_compare = new("--compare")
    {
        Description = "Compare two existing reports (folders or `report.json`) instead of evaluating: their conditions, and the " +
            "differences of comparable metrics.",
        HelpName = "A B",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create(Interruption interruption, RankProcess rank)
    {
        var command = new DocumentedCommand(
            "evaluate",
            "Evaluate image quality and how well images match their captions, and write a report (see docs/evaluation.md).",
            "attngan evaluate --model runs/first --data datasets/sample",
            "attngan evaluate --model runs/first --data datasets/sample --baseline real --out out/real",
            "attngan evaluate --model model.onnx --data DIR --damsm runs/first --independent runs/other " +
                "--features inception_v3_google-0cc3c7bd.pth",
            "attngan evaluate --data datasets/sample --metrics color_accuracy,attention_grounding",
            "attngan evaluate --images generated --data datasets/sample --split train",
            "attngan evaluate --compare out/before out/after --out comparison.html")
        {
            s_model, s_images, s_data, s_split, TrainingOptions.CaptionKey, s_cropScale, s_count, s_baseline, s_damsm, s_independent,
            s_features, s_reference, s_metrics, CommonOptions.Truncation, s_seed, s_out, s_cache, s_overwrite, s_compare,
            TrainingOptions.Device, CommonOptions.Threads,
        };
        command.Validators.Add(Check);
        command.SetAction(arguments => Run(arguments, interruption, rank));
        return command;
    }

    private static Option<double?> CreateCropScale()
    {
        const int Max = DataConfig.MaxCropScale;
        return new Option<double?>("--crop-scale")
        {
            Description = "Shorter side of real images before their center crop, relative to the size of the generated images. Default: " +
                "as in the training of the model (data.crop_scale); for a model package, as in the training of the DAMSM.",
            HelpName = "X",
            CustomParser = CommonOptions.ParseNumber(value => value is >= 1 and <= Max, $"from 1 to {Max}, such as 1"),
        };
    }

    private static int Run(ParseResult arguments, Interruption interruption, RankProcess rank)
    {
        if (arguments.GetValue(s_compare) is [var a, var b])
        {
            rank.RequireAlone("evaluate --compare");
            FileInfo? page = arguments.GetResult(s_out) is { Implicit: false } ? new FileInfo($"{arguments.GetValue(s_out)}") : null;
            EvaluateComparison.Run(a, b, page);
            return ExitCodes.Success;
        }

        string folder = arguments.GetRequiredValue(s_out).ToString();
        var options = new EvaluationOptions
        {
            Model = GenerationModel.Find(arguments.GetValue(s_model)),
            Images = arguments.GetValue(s_images)?.ToString(),
            Subject = arguments.GetValue(s_baseline) is { } baseline ? s_baselines[baseline]
                : arguments.GetValue(s_images) is null ? SubjectKind.Model
                : SubjectKind.Folder,
            Data = arguments.GetValue(s_data)!.ToString(),
            Split = arguments.GetRequiredValue(s_split),
            CaptionKey = arguments.GetValue(TrainingOptions.CaptionKey),
            CropScale = arguments.GetValue(s_cropScale),
            Count = arguments.GetValue(s_count),
            Seed = arguments.GetRequiredValue(s_seed),
            Truncation = arguments.GetValue(CommonOptions.Truncation),
            Metrics = arguments.GetValue(s_metrics) is { } metrics ? [.. MetricNames(metrics).Select(MetricRegistry.Parse)] : null,
            Damsm = arguments.GetValue(s_damsm),
            Independent = arguments.GetValue(s_independent),
            Features = arguments.GetValue(s_features),
            ReferenceStatistics = arguments.GetValue(s_reference)?.ToString(),
            Cache = arguments.GetValue(s_cache) ?? DefaultCache(),
            Output = folder,
            Threads = CommonOptions.ThreadsOf(arguments) ?? rank.Processors ?? 0,
        };
        Device device = TrainingOptions.PrepareCompute(arguments, rank);
        World world = rank.Join();
        CancellationToken cancellation = interruption.Listen();
        if (rank.IsFirst)
        {
            PrepareFolder(folder, arguments.GetValue(s_overwrite));
        }

        EvaluationResult? result = Terminal.WithProgress(
            "Evaluating", progress => Evaluator.Run(options, device, world, progress, cancellation));
        world.Dispose();
        if (result is not null)
        {
            Write(result, folder);
        }

        return ExitCodes.Success;
    }

    private static void Write(EvaluationResult result, string folder)
    {
        foreach (string warning in result.Warnings)
        {
            Terminal.Warn(warning);
        }

        EvaluationText.Write(result.Report);
        ReportPage.Write(result.Report, folder);
        Console.Out.WriteLine(ReportFile.Write(result.Report, folder));
    }

    private static void PrepareFolder(string folder, bool overwrite)
    {
        string report = Path.Combine(folder, ReportFile.Name);
        if (File.Exists(report) && !overwrite)
        {
            throw new AttnGanException($"`{report}` would be replaced. Add `--overwrite` to allow it, or choose another `--out`.");
        }

        OutputFolder.Create(folder);
    }

    private static string DefaultCache()
    {
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        string folder = OperatingSystem.IsWindows()
            ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given ? given : Path.Combine(home, ".cache");
        return Path.Combine(folder, "attngan", "statistics");
    }

    private static void Check(CommandResult result)
    {
        if (result.GetResult(s_compare) is not null)
        {
            CheckComparison(result);
        }
        else if (result.GetResult(s_data) is not { Tokens.Count: > 0 })
        {
            result.AddError("Option '--data' is required.");
        }

        foreach (Option option in (ReadOnlySpan<Option>)[s_model, s_baseline, CommonOptions.Truncation])
        {
            if (result.GetResult(s_images) is { Implicit: false } && result.GetResult(option) is { Implicit: false })
            {
                result.AddError($"`{option.Name}` applies to generated images, which `--images` replaces; leave one of them out.");
            }
        }
    }

    private static void CheckComparison(CommandResult result)
    {
        foreach (OptionResult option in result.Children.OfType<OptionResult>().Where(option => !option.Implicit))
        {
            if (option.Option != s_compare && option.Option != s_out && option.Option != CommonOptions.Verbose)
            {
                result.AddError($"`{option.Option.Name}` applies to evaluation, which `--compare` does not run; leave one of them out.");
            }
        }

        if (result.GetResult(s_out) is { Implicit: false, Tokens: [var page] } &&
            !page.Value.EndsWith(".html", StringComparison.OrdinalIgnoreCase))
        {
            result.AddError($"`--out {page.Value}`: with `--compare` expected a file name that ends in .html.");
        }
    }

    private static Option<string?> CreateBaseline()
    {
        var option = new Option<string?>("--baseline")
        {
            Description = "Evaluate a baseline instead of the model, at the model's image size: real images, real images with wrong " +
                "captions, blurred real images, one real image for all captions, random pixels, or images of the model's networks " +
                "with random weights.",
            HelpName = string.Join('|', s_baselines.Keys),
        };
        option.AcceptOnlyFromAmong([.. s_baselines.Keys]);
        return option;
    }

    private static Option<string?> CreateMetrics()
    {
        var option = new Option<string?>("--metrics")
        {
            Description = $"Metrics, separated by commas: {string.Join(", ", MetricRegistry.Names)}. Default: all that are available.",
            HelpName = "LIST",
        };
        option.Validators.Add(result =>
        {
            if (!result.Tokens.SelectMany(token => MetricNames(token.Value)).Any())
            {
                result.AddError($"`--metrics` names no metric; available are {string.Join(", ", MetricRegistry.Names)}.");
            }

            foreach (string name in result.Tokens
                .SelectMany(token => MetricNames(token.Value))
                .Where(name => !MetricRegistry.Names.Contains(name)))
            {
                result.AddError($"`--metrics`: unknown metric '{name}'; available are {string.Join(", ", MetricRegistry.Names)}.");
            }
        });
        return option;
    }

    private static string[] MetricNames(string list) =>
        list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
