using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using AttnGan.Cli.Hosting;
using AttnGan.Models;

namespace AttnGan.Cli.Export;

/// <summary><c>attngan export</c>: writes a run, checkpoint or model file as a model package, weights, static site or repository.</summary>
internal static class ExportCommand
{
    private const string PthFormat = "pth";

    // The caption of a site and of samples with the bundled model.
    private const string BundledCaption = "a red heart";

    private static readonly Argument<string?> s_source = new("RUN")
    {
        Description = "Run folder (its newest GAN checkpoint is used), GAN checkpoint or model file (.safetensors). With `--web`, " +
            "`--hub` or `--words` also a model package (.onnx) or the name of a bundled model; default with `--web` and `--hub`: emoji.",
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

    private static readonly Option<string?> s_hub = new("--hub")
    {
        Description = "Folder of a model repository to write instead of a file, as the Hugging Face Hub has it: card, configuration, " +
            "weights, model package and samples.",
        HelpName = "DIR",
    };

    private static readonly Option<string?> s_caption = new("--caption")
    {
        Description = "With `--web`: the initial caption of the page. With `--hub`: the caption of the samples.",
        HelpName = "TEXT",
    };

    private static readonly Option<string[]> s_datasets = new("--dataset")
    {
        Description = "With `--hub`: a dataset of the Hub that the model was trained on. Repeatable.",
        HelpName = "NAME",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
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

    private static readonly Option<string?> s_words = new("--words")
    {
        Description = "Database folder of WordNet (`dict`): adds a table of other English words with the known words that they are read " +
            "as (\"puppy, read as dog\") to a model package or site.",
        HelpName = "DIR",
    };

    private static readonly Option<string?> s_vectors = new("--vectors")
    {
        Description = "With `--words`: word vectors in GloVe's text format, which choose among the words that WordNet proposes. Without " +
            "them the table has more wrong readings.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> s_overwrite = new("--overwrite") { Description = "Replace existing files." };

    public static Command Create(ITrainedModels models)
    {
        var command = new DocumentedCommand(
            "export",
            "Export a model for generation (text encoder, averaged generator, vocabulary, configuration, card) to one file.",
            "attngan export runs/first -o emoji.onnx --license \"Apache-2.0\"",
            "attngan export runs/first/gan/checkpoints/best.safetensors -o best.onnx --no-half",
            "attngan export runs/first -o weights.safetensors",
            "attngan export runs/first --format pth -o for-pytorch",
            "attngan export runs/first --web site --caption \"a red bird\"",
            "attngan export runs/first --hub repository --license MIT --dataset me/my-images --caption \"a red bird\"",
            "attngan export runs/first -o emoji.onnx --words wordnet/dict --vectors glove.6B.100d.txt")
        {
            s_source, s_output, s_web, s_hub, s_caption, s_datasets, s_format, s_noHalf, s_name, s_license, s_description, s_words,
            s_vectors, s_overwrite,
        };
        command.Validators.Add(Check);
        command.SetAction(arguments => Run(arguments, models));
        return command;
    }

    private static int Run(ParseResult arguments, ITrainedModels models)
    {
        if (arguments.GetValue(s_web) is { } site)
        {
            return WriteSite(arguments, site, models);
        }

        if (arguments.GetValue(s_hub) is { } hub)
        {
            return WriteHub(arguments, hub, models);
        }

        string output = arguments.GetRequiredValue(s_output)!;
        if (arguments.GetValue(s_format) == PthFormat)
        {
            return WritePyTorch(arguments.GetRequiredValue(s_source)!, output, arguments.GetValue(s_overwrite), models);
        }

        ModelOutput.Prepare(output, arguments.GetValue(s_overwrite));
        if (arguments.GetValue(s_words) is { } words)
        {
            return WriteWithWords(arguments, output, words, models);
        }

        bool half = !arguments.GetValue(s_noHalf);
        string source = arguments.GetRequiredValue(s_source)!;
        ModelCard card = CardOf(arguments);
        int count;
        if (ModelOutput.IsPackage(output))
        {
            ModelPackage package = models.WritePackage(source, output, card, half);
            (card, count) = (package.Card, package.Vocabulary.Count);
        }
        else
        {
            (card, count) = models.WriteWeights(source, output, card, half);
        }

        WarnOfLicense(card);
        Console.Out.WriteLine(
            $"{output}: {card.Name}, {card.Steps} steps, {count} words, {new FileInfo(output).Length / 1e6:F1} MB");
        return ExitCodes.Success;
    }

    private static void Check(CommandResult result)
    {
        CheckWords(result);
        if (!IsGiven(s_hub) && IsGiven(s_datasets))
        {
            result.AddError("`--dataset` is for the card that `--hub` writes.");
        }

        if (new Option[] { s_web, s_hub }.FirstOrDefault(IsGiven) is { } folder)
        {
            foreach (Option other in new Option[] { s_output, s_format, s_hub }.Where(option => option != folder && IsGiven(option)))
            {
                result.AddError($"`{folder.Name}` writes only its folder; leave out `{other.Name}`, or run the command twice.");
            }

            return;
        }

        if (result.GetResult(s_source) is not { Tokens.Count: > 0 })
        {
            result.AddError("Required argument 'RUN' is missing; only `--web` and `--hub` have a default, the bundled model.");
        }

        if (!IsGiven(s_output))
        {
            result.AddError("Option '--output' is required, or `--web` or `--hub`.");
        }

        if (IsGiven(s_caption))
        {
            result.AddError("`--caption` is for the page that `--web` writes and the samples that `--hub` writes.");
        }

        bool IsGiven(Option option) => result.GetResult(option) is { Implicit: false };
    }

    private static void CheckWords(CommandResult result)
    {
        if (result.GetResult(s_words) is not { Implicit: false })
        {
            if (result.GetResult(s_vectors) is { Implicit: false })
            {
                result.AddError("`--vectors` is for the table that `--words` makes.");
            }

            return;
        }

        if (result.GetResult(s_format) is { Implicit: false }
            || (result.GetResult(s_output) is { Implicit: false, Tokens: [var output] } && !ModelOutput.IsPackage(output.Value)))
        {
            result.AddError("`--words` adds a table to a model package (`-o FILE.onnx`) or site (`--web DIR`); other files have none.");
        }
    }

    /// <summary>Writes a package with a table of readings. Weights of a package are copied unchanged.</summary>
    private static int WriteWithWords(ParseResult arguments, string output, string words, ITrainedModels models)
    {
        ModelPackage package = PackageOf(arguments, BundledModel.Resolve(arguments.GetRequiredValue(s_source)!), models);
        package = models.AddReadings(package, words, arguments.GetValue(s_vectors));
        package.Save(output);
        WarnOfLicense(package.Card);
        Console.Out.WriteLine(
            $"{output}: {package.Card.Name}, {package.Card.Steps} steps, {package.Vocabulary.Count} words and " +
            $"{package.Captions.Readings.Count} other words that are read as them, {new FileInfo(output).Length / 1e6:F1} MB");
        return ExitCodes.Success;
    }

    /// <summary>Opens a package and completes its card, or exports another source as one.</summary>
    private static ModelPackage PackageOf(ParseResult arguments, string source, ITrainedModels models)
    {
        ModelCard card = CardOf(arguments);
        if (!GenerationModel.IsPackage(source))
        {
            return Export(source, card, half: !arguments.GetValue(s_noHalf), models);
        }

        var package = ModelPackage.Open(source);
        ModelCard complete = package.Card with
        {
            Name = card.Name ?? package.Card.Name,
            License = card.License ?? package.Card.License,
            Description = card.Description ?? package.Card.Description,
        };
        return complete == package.Card ? package : package.WithCard(complete);
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

    private static int WriteSite(ParseResult arguments, string folder, ITrainedModels models)
    {
        StaticSite.Prepare(folder, arguments.GetValue(s_overwrite));
        ModelPackage package = PackageForFolder(arguments, models);
        ModelCard card = package.Card;
        StaticSite.Write(package, card, folder, CaptionOf(arguments));
        WarnOfLicense(card);
        Console.Out.WriteLine(
            $"{folder}: a site that generates with {card.Name}, {package.Vocabulary.Count - 1} words, {Megabytes(folder)}. " +
            "Any static host can serve it.");
        return ExitCodes.Success;
    }

    private static int WriteHub(ParseResult arguments, string folder, ITrainedModels models)
    {
        OutputFolder.Check(folder, arguments.GetValue(s_overwrite), s_hub.Name);
        ModelPackage package = PackageForFolder(arguments, models);
        HubFolder.Write(package, folder, arguments.GetRequiredValue(s_datasets), CaptionOf(arguments));
        WarnOfLicense(package.Card);
        Console.Out.WriteLine(
            $"{folder}: a model repository with {package.Card.Name}, {package.Vocabulary.Count - 1} words, {Megabytes(folder)}. " +
            $"To generate with it:\n  attngan generate \"…\" --model {CommandText.Quote(folder)}");
        return ExitCodes.Success;
    }

    /// <summary>Returns the package for a site or a repository: the bundled model by default.</summary>
    private static ModelPackage PackageForFolder(ParseResult arguments, ITrainedModels models)
    {
        ModelPackage package = PackageOf(arguments, GenerationModel.Find(arguments.GetValue(s_source)), models);
        return arguments.GetValue(s_words) is { } words
            ? models.AddReadings(package, words, arguments.GetValue(s_vectors))
            : package;
    }

    private static string? CaptionOf(ParseResult arguments) =>
        arguments.GetValue(s_caption) ?? (arguments.GetValue(s_source) is null ? BundledCaption : null);

    private static string Megabytes(string folder)
    {
        long bytes = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:F1} MB");
    }

    /// <summary>Exports a run as a package, verified against its networks.</summary>
    private static ModelPackage Export(string source, ModelCard card, bool half, ITrainedModels models)
    {
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("attngan-");
        try
        {
            return models.WritePackage(source, Path.Combine(temporary.FullName, "model.onnx"), card, half);
        }
        finally
        {
            temporary.Delete(recursive: true);
        }
    }

    private static int WritePyTorch(string source, string folder, bool overwrite, ITrainedModels models)
    {
        (ModelCard card, IReadOnlyList<string> files) = models.WritePyTorch(source, folder, overwrite);
        Console.Out.WriteLine($"{folder}: {string.Join(", ", files)} of {card.Name}, {card.Steps} steps");
        return ExitCodes.Success;
    }

    private static Option<string?> CreateFormat()
    {
        var option = new Option<string?>("--format")
        {
            Description = $"{PthFormat}: state dicts and the vocabulary, for PyTorch and the official code. Default: one model file.",
            HelpName = PthFormat,
        };
        option.AcceptOnlyFromAmong(PthFormat);
        return option;
    }
}
