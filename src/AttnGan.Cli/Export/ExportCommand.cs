using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;
using AttnGan.Cli.Hosting;
using AttnGan.Models;
using AttnGan.Training.Export;
using AttnGan.Training.Onnx;
using AttnGan.Training.Torch;

namespace AttnGan.Cli.Export;

/// <summary><c>attngan export</c>: from a run, checkpoint or model file to a model package or a file of weights.</summary>
internal static class ExportCommand
{
    private const string PthFormat = "pth";

    private static readonly string[] s_names = [PyTorchExport.GeneratorName, PyTorchExport.TextEncoderName, PyTorchExport.VocabularyName];

    // What the bundled model's site shows first.
    private const string BundledCaption = "a red heart";

    private static readonly Argument<string?> s_source = new("RUN")
    {
        Description = "A run folder (its newest GAN checkpoint counts), a GAN checkpoint or a model file (.safetensors). With `--web` a " +
            "model package (.onnx) as well; without any, the bundled model.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> s_output = new("--output", "-o")
    {
        Description = "The model file to write. `.onnx`: the model package that drawing programs use. `.safetensors`: the weights for " +
            "training tools. With `--format pth` a folder.",
        HelpName = "PATH",
    };

    private static readonly Option<string?> s_web = new("--web")
    {
        Description = "Instead of a file, a site to write: a page that draws in the visitor's browser, for any static host.",
        HelpName = "DIR",
    };

    private static readonly Option<string?> s_caption = new("--caption")
    {
        Description = "With `--web`: what the page shows first.",
        HelpName = "TEXT",
    };

    private static readonly Option<string?> s_format = CreateFormat();

    private static readonly Option<bool> s_noHalf = new("--no-half")
    {
        Description = "Store weights as they were trained, without it as 16-bit floats: half the size. PyTorch's files always have 32.",
    };

    private static readonly Option<string?> s_name = new("--name")
    {
        Description = "The model's name; without it the configuration's.",
        HelpName = "TEXT",
    };

    private static readonly Option<string?> s_license = new("--license")
    {
        Description = "License of the weights, and of the images they were trained on.",
        HelpName = "TEXT",
    };

    private static readonly Option<string?> s_description = new("--description")
    {
        Description = "What readers should know of the model.",
        HelpName = "TEXT",
    };

    private static readonly Option<bool> s_overwrite = new("--overwrite") { Description = "Replace what exists." };

    public static Command Create()
    {
        var command = new DocumentedCommand(
            "export",
            "Writes what drawing needs (text encoder, averaged generator, vocabulary, configuration, card) to one file.",
            "attngan export runs/first -o emoji.onnx --license \"Apache-2.0\"",
            "attngan export runs/first/gan/checkpoints/best.safetensors -o best.onnx --no-half",
            "attngan export runs/first -o weights.safetensors",
            "attngan export runs/first --format pth -o for-pytorch",
            "attngan export runs/first --web site --caption \"a red bird\"")
        {
            s_source, s_output, s_web, s_caption, s_format, s_noHalf, s_name, s_license, s_description, s_overwrite,
        };
        command.Validators.Add(Check);
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        if (arguments.GetValue(s_web) is { } site)
        {
            return WriteSite(arguments, site);
        }

        string output = arguments.GetRequiredValue(s_output)!;
        if (arguments.GetValue(s_format) == PthFormat)
        {
            return WritePyTorch(arguments.GetRequiredValue(s_source)!, output, arguments.GetValue(s_overwrite));
        }

        ModelOutput.Prepare(output, arguments.GetValue(s_overwrite));
        LibTorch.Load();
        bool half = !arguments.GetValue(s_noHalf);
        string source = arguments.GetRequiredValue(s_source)!;
        ModelCard card = CardOf(arguments);
        int words;
        if (ModelOutput.IsPackage(output))
        {
            ModelPackage package = ModelPackageExport.Write(source, output, card, half);
            (card, words) = (package.Card, package.Vocabulary.Count);
        }
        else
        {
            var model = ModelFile.Export(source, output, card, half);
            (card, words) = (model.Card, model.Vocabulary.Count);
        }

        WarnOfLicense(card);
        Console.Out.WriteLine(
            $"{output}: {card.Name}, {card.Steps} steps, {words} words, {new FileInfo(output).Length / 1e6:F1} MB");
        return ExitCodes.Success;
    }

    private static void Check(CommandResult result)
    {
        bool site = result.GetResult(s_web) is { Implicit: false };
        if (site)
        {
            foreach (Option other in new Option[] { s_output, s_format }.Where(option => result.GetResult(option) is { Implicit: false }))
            {
                result.AddError($"`--web` writes a site alone; leave out `{other.Name}`, or call the command twice.");
            }

            return;
        }

        if (result.GetResult(s_source) is not { Tokens.Count: > 0 })
        {
            result.AddError("Required argument 'RUN' is missing; only `--web` does without, with the bundled model.");
        }

        if (result.GetResult(s_output) is not { Implicit: false })
        {
            result.AddError("Option '--output' is required, or `--web`.");
        }

        if (result.GetResult(s_caption) is { Implicit: false })
        {
            result.AddError("`--caption` is for the page that `--web` writes.");
        }
    }

    private static ModelCard CardOf(ParseResult arguments) => new()
    {
        Name = arguments.GetValue(s_name),
        License = arguments.GetValue(s_license),
        Description = arguments.GetValue(s_description),
    };

    private static void WarnOfLicense(ModelCard card)
    {
        if (card.License is null)
        {
            Terminal.Warn("the model names no license; say with `--license` what others may do with it.");
        }
    }

    private static int WriteSite(ParseResult arguments, string folder)
    {
        StaticSite.Prepare(folder, arguments.GetValue(s_overwrite));
        string? given = arguments.GetValue(s_source);
        string source = given ?? GenerationModel.Bundled();
        ModelCard card = CardOf(arguments);
        ModelPackage package;
        if (ModelOutput.IsPackage(source) && !Directory.Exists(source))
        {
            package = ModelPackage.Open(source);
            card = package.Card with
            {
                Name = card.Name ?? package.Card.Name,
                License = card.License ?? package.Card.License,
                Description = card.Description ?? package.Card.Description,
            };
        }
        else
        {
            package = Export(source, card, half: !arguments.GetValue(s_noHalf));
            card = package.Card;
        }

        StaticSite.Write(package, card, folder, arguments.GetValue(s_caption) ?? (given is null ? BundledCaption : null));
        WarnOfLicense(card);
        long bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        Console.Out.WriteLine(
            $"{folder}: a site that draws with {card.Name}, {package.Vocabulary.Count - 1} words, {bytes / 1e6:F1} MB. Any static host serves it.");
        return ExitCodes.Success;
    }

    /// <summary>A run as a package, which has been compared with its networks. In a method of its own: a ready package needs no libtorch.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ModelPackage Export(string source, ModelCard card, bool half)
    {
        LibTorch.Load();
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("attngan-");
        try
        {
            return ModelPackageExport.Write(source, Path.Combine(temporary.FullName, "model.onnx"), card, half);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private static int WritePyTorch(string source, string folder, bool overwrite)
    {
        if (!overwrite && s_names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } existing)
        {
            throw new AttnGanException($"The file `{existing}` exists; add `--overwrite` to replace it, or give another folder.");
        }

        if (File.Exists(folder))
        {
            throw new UsageException($"`{folder}` is a file; `--format pth` writes a folder.");
        }

        LibTorch.Load();
        OutputFolder.Create(folder);
        ModelFile model = PyTorchExport.Write(source, folder);
        Console.Out.WriteLine($"{folder}: {string.Join(", ", s_names)} of {model.Card.Name}, {model.Card.Steps} steps");
        return ExitCodes.Success;
    }

    private static Option<string?> CreateFormat()
    {
        var option = new Option<string?>("--format")
        {
            Description = $"{PthFormat}: {string.Join(", ", s_names)}, which PyTorch and the official code open. Without it one model file.",
            HelpName = PthFormat,
        };
        option.AcceptOnlyFromAmong(PthFormat);
        return option;
    }
}
