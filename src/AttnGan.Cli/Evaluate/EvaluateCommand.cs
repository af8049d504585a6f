using System.CommandLine;
using System.CommandLine.Parsing;
using AttnGan.Cli.Generate;
using AttnGan.Cli.Hosting;
using AttnGan.Training.Configuration;
using AttnGan.Training.Evaluation;
using AttnGan.Training.Evaluation.Reports;
using static TorchSharp.torch;

namespace AttnGan.Cli.Evaluate;

/// <summary><c>attngan evaluate</c>: measures a model's images, and references to read the figures by.</summary>
internal static class EvaluateCommand
{
    private static readonly Dictionary<string, SubjectKind> s_references = new()
    {
        ["real"] = SubjectKind.Real,
        ["wrong-captions"] = SubjectKind.WrongCaptions,
        ["noise"] = SubjectKind.Noise,
        ["untrained"] = SubjectKind.Untrained,
    };

    private static readonly Option<string?> s_model = new("--model")
    {
        Description = "A model package (.onnx), a run folder or a GAN checkpoint. Without it the bundled model.",
        HelpName = "PATH",
    };

    private static readonly Option<DirectoryInfo?> s_data = new("--data")
    {
        Description = "Folder of captioned images (see `attngan dataset check`).",
        HelpName = "DIR",
    };

    private static readonly Option<string> s_split = new("--split")
    {
        Description = "Which of its images: train, validation, or NAME for the list NAME.txt at its root.",
        HelpName = "NAME",
        DefaultValueFactory = _ => "validation",
    };

    private static readonly Option<double?> s_cropScale = CreateCropScale();

    private static readonly Option<int?> s_count = new Option<int?>("--count")
    {
        Description = "Images to judge. Without it one for each caption of the split, but at most 30000, as in published evaluations.",
        HelpName = "N",
    }.AtLeast(2);

    private static readonly Option<string?> s_reference = CreateReference();

    private static readonly Option<string?> s_damsm = new("--damsm")
    {
        Description = "Run folder or checkpoint of the DAMSM that judges images by their captions. Without it the one that the model was " +
            "trained with; model packages (.onnx) bring none.",
        HelpName = "PATH",
    };

    private static readonly Option<string?> s_independent = new("--independent")
    {
        Description = "Run folder or checkpoint of a second DAMSM, which the model was not trained with: all that the first one measures is " +
            "measured with it too.",
        HelpName = "PATH",
    };

    private static readonly Option<string?> s_features = new("--features")
    {
        Description = "Network for the Fréchet distance, the Inception score and the diversity: weights of Inception-v3 (torchvision's, or " +
            "pytorch-fid's of TensorFlow's graph), or a DAMSM. Without it the independent DAMSM, or else the first one.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> s_metrics = CreateMetrics();

    private static readonly Option<double?> s_truncation = GenerateCommand.CreateTruncation();

    private static readonly Option<long> s_seed = new("--seed")
    {
        Description = "Decides the order of images, the noise and wrong captions: the same command with the same seed finds the same figures.",
        HelpName = "S",
        DefaultValueFactory = _ => 0,
    };

    private static readonly Option<DirectoryInfo> s_out = new("--out")
    {
        Description = "Folder for the report; created where there is none. With `--compare`, a page (.html) of the comparison.",
        HelpName = "DIR",
        DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("out", "evaluation")),
    };

    private static readonly Option<string?> s_cache = new("--cache")
    {
        Description = "Folder that feature statistics of real images are kept in, which take as long as judging. Without it `attngan/statistics` in " +
            "the user's folder for such files.",
        HelpName = "DIR",
    };

    private static readonly Option<bool> s_overwrite = new("--overwrite") { Description = "Replace a report that exists." };

    private static readonly Option<string[]> s_compare = new("--compare")
    {
        Description = "Instead of measuring, sets two reports side by side (their folders or `report.json`): what they depend on, and the " +
            "differences of those figures that can be compared.",
        HelpName = "A B",
        Arity = new ArgumentArity(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };

    public static Command Create(Interruption interruption)
    {
        var command = new DocumentedCommand(
            "evaluate",
            "Measures how good images are and how well they fit their captions (docs/evaluation.md tells how), and writes a report.",
            "attngan evaluate --model runs/first --data datasets/sample",
            "attngan evaluate --model runs/first --data datasets/sample --reference real --out out/real",
            "attngan evaluate --model model.onnx --data DIR --damsm runs/first --independent runs/other --features inception_v3_google-0cc3c7bd.pth",
            "attngan evaluate --data datasets/sample --metrics color_accuracy,attention_grounding",
            "attngan evaluate --compare out/before out/after --out comparison.html")
        {
            s_model, s_data, s_split, s_cropScale, s_count, s_reference, s_damsm, s_independent, s_features, s_metrics, s_truncation, s_seed, s_out, s_cache,
            s_overwrite, s_compare, CommonOptions.Device, CommonOptions.Threads,
        };
        command.Validators.Add(Check);
        command.SetAction(arguments => Run(arguments, interruption));
        return command;
    }

    private static Option<double?> CreateCropScale()
    {
        const int Largest = DataConfig.MaxCropScale;
        var option = new Option<double?>("--crop-scale")
        {
            Description = "Shorter side that real images are scaled to before their middle is taken, in sizes of the judged images. Without it " +
                "as in the model's training (data.crop_scale), or for a model package, which does not say, in the DAMSM's.",
            HelpName = "X",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && double.TryParse(token.Value, out double value) && value is not (>= 1 and <= Largest))
            {
                result.AddError($"`--crop-scale {token.Value}`: expected a number from 1 to {Largest}, such as 1.");
            }
        });
        return option;
    }

    private static int Run(ParseResult arguments, Interruption interruption)
    {
        if (arguments.GetValue(s_compare) is [var a, var b])
        {
            EvaluateComparison.Run(a, b, arguments.GetResult(s_out) is { Implicit: false } ? new FileInfo($"{arguments.GetValue(s_out)}") : null);
            return ExitCodes.Success;
        }

        string folder = arguments.GetRequiredValue(s_out).ToString();
        var options = new EvaluationOptions
        {
            Model = arguments.GetValue(s_model) ?? GenerationModel.Bundled(),
            Subject = arguments.GetValue(s_reference) is { } reference ? s_references[reference] : SubjectKind.Model,
            Data = arguments.GetValue(s_data)!.ToString(),
            Split = arguments.GetRequiredValue(s_split),
            CropScale = arguments.GetValue(s_cropScale),
            Count = arguments.GetValue(s_count),
            Seed = arguments.GetRequiredValue(s_seed),
            Truncation = arguments.GetValue(s_truncation),
            Metrics = arguments.GetValue(s_metrics) is { } metrics ? [.. MetricNames(metrics).Select(EvaluationMetrics.Parse)] : null,
            Damsm = arguments.GetValue(s_damsm),
            Independent = arguments.GetValue(s_independent),
            Features = arguments.GetValue(s_features),
            Cache = arguments.GetValue(s_cache) ?? DefaultCache(),
            Output = folder,
            Threads = arguments.GetValue(CommonOptions.Threads) ?? 0,
        };
        Device device = CommonOptions.PrepareCompute(arguments);
        CancellationToken cancellation = interruption.Listen();
        PrepareFolder(folder, arguments.GetValue(s_overwrite));
        EvaluationResult result = Terminal.WithProgress("Evaluating", progress => Evaluator.Run(options, device, progress, cancellation));
        foreach (string warning in result.Warnings)
        {
            Terminal.Warn(warning);
        }

        EvaluationText.Write(result.Report);
        ReportPage.Write(result.Report, folder);
        Console.Out.WriteLine(ReportFile.Write(result.Report, folder));
        return ExitCodes.Success;
    }

    private static void PrepareFolder(string folder, bool overwrite)
    {
        string report = Path.Combine(folder, ReportFile.Name);
        if (File.Exists(report) && !overwrite)
        {
            throw new AttnGanException($"`{report}` would be replaced. Add `--overwrite` to do so, or give another `--out`.");
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
    }

    private static void CheckComparison(CommandResult result)
    {
        foreach (OptionResult option in result.Children.OfType<OptionResult>().Where(option => !option.Implicit))
        {
            if (option.Option != s_compare && option.Option != s_out && option.Option != CommonOptions.Verbose)
            {
                result.AddError($"`{option.Option.Name}` says how to measure, and `--compare` measures nothing: leave one of them out.");
            }
        }

        if (result.GetResult(s_out) is { Implicit: false, Tokens: [var page] } && !page.Value.EndsWith(".html", StringComparison.OrdinalIgnoreCase))
        {
            result.AddError($"`--out {page.Value}`: with `--compare` expected a page's name that ends in .html.");
        }
    }

    private static Option<string?> CreateReference()
    {
        var option = new Option<string?>("--reference")
        {
            Description = "Instead of the model's images, at the size of its images: the dataset's own, those with wrong captions, random " +
                "pixels, or the images of the same networks with random weights.",
            HelpName = string.Join('|', s_references.Keys),
        };
        option.AcceptOnlyFromAmong([.. s_references.Keys]);
        return option;
    }

    private static Option<string?> CreateMetrics()
    {
        var option = new Option<string?>("--metrics")
        {
            Description = $"What to measure, with commas between: {string.Join(", ", EvaluationMetrics.Names)}. Without it all that can be measured.",
            HelpName = "LIST",
        };
        option.Validators.Add(result =>
        {
            if (!result.Tokens.SelectMany(token => MetricNames(token.Value)).Any())
            {
                result.AddError($"`--metrics` names no metric; there are {string.Join(", ", EvaluationMetrics.Names)}.");
            }

            foreach (string name in result.Tokens.SelectMany(token => MetricNames(token.Value)).Where(name => !EvaluationMetrics.Names.Contains(name)))
            {
                result.AddError($"`--metrics`: there is no metric '{name}'; there are {string.Join(", ", EvaluationMetrics.Names)}.");
            }
        });
        return option;
    }

    private static string[] MetricNames(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}
