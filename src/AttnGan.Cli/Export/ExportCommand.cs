using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.CompilerServices;
using AttnGan.Cli.Hosting;
using AttnGan.Models;
using AttnGan.Training.Export;
using AttnGan.Training.Onnx;
using AttnGan.Training.Torch;

namespace AttnGan.Cli.Export;

/// <summary><c>attngan export</c>: writes a run, checkpoint or model file as a model package, weights or static site.</summary>
internal static class ExportCommand
{
    private const string PthFormat = "pth";

    private static readonly string[] s_pthFiles =
        [PyTorchExport.GeneratorName, PyTorchExport.TextEncoderName, PyTorchExport.VocabularyName];

    // The initial caption of a site with the bundled model.
    private const string BundledCaption = "a red heart";

    private static readonly Argument<string?> s_source = new("RUN")
    {
        Description = "Run folder (its newest GAN checkpoint is used), GAN checkpoint or model file (.safetensors). With `--web` also a " +
            "model package (.onnx) or the name of a bundled model; default: emoji.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> s_output = new("--output", "-o")
    {
        Description =
            "Model file to write. `.onnx`: a model package, which generates images. `.safetensors`: weights for training tools. " +
            "With `--format pth`: a folder.",
        HelpName = "PATH",
    };

    private static readonly Option<string?> s_web = new("--web")
    {
        Description = "Folder of a static site to write instead of a file: a page that generates in the visitor's browser.",
        HelpName = "DIR",
    };

    private static readonly Option<string?> s_caption = new("--caption")
    {
        Description = "With `--web`: the initial caption of the page.",
        HelpName = "TEXT",
    };

    private static readonly Option<string?> s_format = CreateFormat();

    private static readonly Option<bool> s_noHalf = new("--no-half")
    {
        Description = "Keep weights in 32-bit floats. Default: 16-bit floats, half the size; PyTorch files always have 32.",
    };

    private static readonly Option<string?> s_name = new("--name")
    {
        Description = "Name of the model. Default: that of the configuration.",
        HelpName = "TEXT",
    };

    private static readonly Option<string?> s_license = new("--license")
    {
        Description = "License of the weights and of their training images.",
        HelpName = "TEXT",
    };

    private static readonly Option<string?> s_description = new("--description")
    {
        Description = "Description of the model.",
        HelpName = "TEXT",
    };

    private static readonly Option<bool> s_overwrite = new("--overwrite") { Description = "Replace existing files." };

    public static Command Create()
    {
        var command = new DocumentedCommand(
            "export",
            "Export a model for generation (text encoder, averaged generator, vocabulary, configuration, card) to one file.",
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
                result.AddError($"`--web` writes only a site; leave out `{other.Name}`, or run the command twice.");
            }

            return;
        }

        if (result.GetResult(s_source) is not { Tokens.Count: > 0 })
        {
            result.AddError("Required argument 'RUN' is missing; only `--web` has a default, the bundled model.");
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
            Terminal.Warn("the model has no license; specify with `--license` what others may do with it.");
        }
    }

    private static int WriteSite(ParseResult arguments, string folder)
    {
        StaticSite.Prepare(folder, arguments.GetValue(s_overwrite));
        string? specified = arguments.GetValue(s_source);
        string source = GenerationModel.Find(specified);
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

        StaticSite.Write(package, card, folder, arguments.GetValue(s_caption) ?? (specified is null ? BundledCaption : null));
        WarnOfLicense(card);
        long bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        Console.Out.WriteLine(
            $"{folder}: a site that generates with {card.Name}, {package.Vocabulary.Count - 1} words, {bytes / 1e6:F1} MB. " +
            "Any static host can serve it.");
        return ExitCodes.Success;
    }

    /// <summary>Exports a run as a package, verified against its networks. Not inlined: a site of a package needs no libtorch.</summary>
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
        if (!overwrite && s_pthFiles.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists) is { } existing)
        {
            throw new AttnGanException($"The file `{existing}` exists; add `--overwrite` to replace it, or choose another folder.");
        }

        if (File.Exists(folder))
        {
            throw new UsageException($"`{folder}` is a file; `--format pth` writes a folder.");
        }

        LibTorch.Load();
        OutputFolder.Create(folder);
        ModelFile model = PyTorchExport.Write(source, folder);
        Console.Out.WriteLine($"{folder}: {string.Join(", ", s_pthFiles)} of {model.Card.Name}, {model.Card.Steps} steps");
        return ExitCodes.Success;
    }

    private static Option<string?> CreateFormat()
    {
        var option = new Option<string?>("--format")
        {
            Description = $"{PthFormat}: {string.Join(", ", s_pthFiles)}, for PyTorch and the official code. Default: one model file.",
            HelpName = PthFormat,
        };
        option.AcceptOnlyFromAmong(PthFormat);
        return option;
    }
}
