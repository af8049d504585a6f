using System.CommandLine;
using AttnGan.Cli.Display;
using AttnGan.Models;
using AttnGan.Training;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Export;

namespace AttnGan.Cli.Commands;

/// <summary><c>attngan export</c>: from a run, checkpoint or model file to a model package or a file of weights.</summary>
internal static class ExportCommand
{
    private const string PthFormat = "pth";

    private static readonly string[] s_names = [PyTorchExport.GeneratorName, PyTorchExport.TextEncoderName, PyTorchExport.VocabularyName];

    private static readonly Argument<string> s_source = new("RUN")
    {
        Description = "A run folder (its newest GAN checkpoint counts), a GAN checkpoint or a model file (.safetensors).",
    };

    private static readonly Option<string> s_output = new("--output", "-o")
    {
        Description = "The model file to write. `.onnx`: the model package that drawing programs use. `.safetensors`: the weights for " +
            "training tools. With `--format pth` a folder.",
        HelpName = "PATH",
        Required = true,
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
        Description = "Licence of the weights, and of the pictures they were trained on.",
        HelpName = "TEXT",
    };

    private static readonly Option<string?> s_description = new("--description")
    {
        Description = "What readers should know of the model.",
        HelpName = "TEXT",
    };

    private static readonly Option<bool> s_overwrite = new("--overwrite") { Description = "Replace the file if it exists." };

    public static Command Create()
    {
        var command = new DocumentedCommand(
            "export",
            "Writes what drawing needs (text encoder, averaged generator, vocabulary, configuration, card) to one file.",
            "attngan export runs/first -o emoji.onnx --license \"Apache-2.0\"",
            "attngan export runs/first/gan/checkpoints/best.safetensors -o best.onnx --no-half",
            "attngan export runs/first -o weights.safetensors",
            "attngan export runs/first --format pth -o for-pytorch")
        {
            s_source, s_output, s_format, s_noHalf, s_name, s_license, s_description, s_overwrite,
        };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        string output = arguments.GetRequiredValue(s_output);
        if (arguments.GetValue(s_format) == PthFormat)
        {
            return WritePyTorch(arguments.GetRequiredValue(s_source), output, arguments.GetValue(s_overwrite));
        }

        ModelOutput.Prepare(output, arguments.GetValue(s_overwrite));
        LibTorch.Load();
        bool half = !arguments.GetValue(s_noHalf);
        string source = arguments.GetRequiredValue(s_source);
        var card = new ModelCard
        {
            Name = arguments.GetValue(s_name),
            License = arguments.GetValue(s_license),
            Description = arguments.GetValue(s_description),
        };
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

        if (card.License is null)
        {
            Terminal.Warn("the model names no licence; say with `--license` what others may do with it.");
        }

        Console.Out.WriteLine(
            $"{output}: {card.Name}, {card.Steps} steps, {words} words, {new FileInfo(output).Length / 1e6:F1} MB");
        return ExitCodes.Success;
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
