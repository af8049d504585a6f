using System.CommandLine;
using AttnGan.Cli.Hosting;
using AttnGan.Models;
using AttnGan.Training.Configuration;
using AttnGan.Training.Import;
using AttnGan.Training.Torch;

namespace AttnGan.Cli.Import;

/// <summary><c>attngan import</c>: converts weights of the official code to a model or a run.</summary>
internal static class ImportCommand
{
    private static readonly Option<FileInfo> s_textEncoder = new("--text-encoder")
    {
        Description = "Text encoder (text_encoder200.pth).",
        HelpName = "FILE",
        Required = true,
    };

    private static readonly Option<FileInfo?> s_generator = new("--generator")
    {
        Description = "Generator (bird_AttnGAN2.pth, netG_epoch_600.pth). Without it, only the encoders are imported.",
        HelpName = "FILE",
    };

    private static readonly Option<FileInfo?> s_imageEncoder = new("--image-encoder")
    {
        Description = "Image encoder (image_encoder200.pth); required by `--run`.",
        HelpName = "FILE",
    };

    private static readonly Option<FileInfo[]> s_discriminators = new("--discriminator")
    {
        Description = "Discriminator (netD0.pth …); repeatable. The weights determine the stage. Missing ones are initialized randomly.",
        HelpName = "FILE",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = _ => [],
    };

    private static readonly Option<FileInfo?> s_captions = new("--captions")
    {
        Description = "Vocabulary: captions.pickle of the dataset that the weights were trained on.",
        HelpName = "FILE",
    };

    private static readonly Option<FileInfo?> s_vocabulary = new("--vocabulary")
    {
        Description = "Vocabulary as a JSON array of words, instead of `--captions`.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> s_compat = CreateCompat();

    private static readonly Option<string?> s_output = new("--output", "-o")
    {
        Description = "Model file to write. `.onnx`: a model package, which generates images. `.safetensors`: weights for training tools.",
        HelpName = "FILE",
    };

    private static readonly Option<DirectoryInfo?> s_run = new("--run")
    {
        Description = "Run folder to write, for further training: a complete DAMSM, and the GAN at step 0 with new optimizers.",
        HelpName = "DIR",
    };

    private static readonly Option<string?> s_name = new("--name") { Description = "Name of the model.", HelpName = "TEXT" };

    private static readonly Option<string?> s_license = new("--license")
    {
        Description = "License of the weights and of their training images.",
        HelpName = "TEXT",
    };

    private static readonly Option<bool> s_noHalf = new("--no-half")
    {
        Description = "Keep weights in 32-bit floats. Default: 16-bit floats, half the size.",
    };

    private static readonly Option<bool> s_overwrite = new("--overwrite") { Description = "Replace an existing model file." };

    public static Command Create()
    {
        var command = new DocumentedCommand(
            "import",
            "Import weights of the official code (PyTorch) as a model or a run. Dimensions are inferred from the weights; other " +
            "settings (such as data.max_words: 18 for birds, 12 for COCO) come from `--config` and `--set`. No code in the files is run.",
            "attngan import --text-encoder text_encoder200.pth --generator bird_AttnGAN2.pth --captions captions.pickle -o bird.onnx",
            "attngan import --text-encoder text_encoder100.pth --image-encoder image_encoder100.pth --generator coco_AttnGAN2.pth " +
            "--discriminator netD0.pth --captions captions.pickle --set data.max_words=12 --run runs/coco")
        {
            s_textEncoder, s_generator, s_imageEncoder, s_discriminators, s_captions, s_vocabulary, s_compat, TrainingOptions.Config,
            TrainingOptions.Set, s_output, s_run, s_name, s_license, s_noHalf, s_overwrite,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(s_output) is null && result.GetValue(s_run) is null)
            {
                result.AddError("Nothing to write: specify `-o FILE` for a model, `--run DIR` for a run, or both.");
            }

            if (result.GetValue(s_output) is not null && result.GetValue(s_generator) is null)
            {
                result.AddError("`--output` needs `--generator`.");
            }

            if (result.GetValue(s_run) is not null && result.GetValue(s_imageEncoder) is null)
            {
                result.AddError("`--run` needs `--image-encoder`.");
            }

            if (result.GetValue(s_discriminators) is { Length: > 0 } && result.GetValue(s_generator) is null)
            {
                result.AddError("`--discriminator` can be used only together with `--generator`.");
            }

            if (result.GetValue(s_captions) is null == result.GetValue(s_vocabulary) is null)
            {
                result.AddError("Specify the vocabulary with either `--captions` or `--vocabulary`.");
            }
        });
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult arguments)
    {
        string? output = arguments.GetValue(s_output);
        string? run = arguments.GetValue(s_run)?.ToString();
        if (output is not null)
        {
            ModelOutput.Prepare(output, arguments.GetValue(s_overwrite));
        }

        AttnGanConfig settings = arguments.GetValue(TrainingOptions.Config) is { } config
            ? ConfigReader.Read(config.ToString(), [], Terminal.Warn)
            : new AttnGanConfig { Name = "imported" };
        List<string> overrides = [.. arguments.GetRequiredValue(TrainingOptions.Set)];
        if (arguments.GetValue(s_compat) is { } compat)
        {
            overrides.Insert(0, $"compat={compat}");
        }

        LibTorch.Load();
        using var import = OfficialImport.Read(
            new OfficialWeightFiles
            {
                TextEncoder = arguments.GetRequiredValue(s_textEncoder).ToString(),
                Generator = arguments.GetValue(s_generator)?.ToString(),
                ImageEncoder = arguments.GetValue(s_imageEncoder)?.ToString(),
                Discriminators = [.. arguments.GetRequiredValue(s_discriminators).Select(file => file.ToString())],
                Vocabulary = (arguments.GetValue(s_captions) ?? arguments.GetValue(s_vocabulary))!.ToString(),
            },
            settings,
            overrides);
        Console.Out.WriteLine(Describe(import));
        foreach (string part in import.Parts)
        {
            Console.Out.WriteLine($"weights taken from {part}");
        }

        if (import.DescribeLostWords() is { } lost)
        {
            Terminal.Warn(lost);
        }

        if (output is not null)
        {
            var card = new ModelCard { Name = arguments.GetValue(s_name), License = arguments.GetValue(s_license) };
            bool half = !arguments.GetValue(s_noHalf);
            if (ModelOutput.IsPackage(output))
            {
                import.WritePackage(output, card, half);
            }
            else
            {
                import.WriteModel(output, card, half);
            }

            Console.Out.WriteLine($"{output}: to generate with it\n  attngan generate \"…\" --model {CommandText.Quote(output)}");
        }

        if (run is not null)
        {
            import.WriteRun(run);
            if (import.NewDiscriminators is { Count: > 0 } missing && arguments.GetValue(s_generator) is not null)
            {
                Terminal.Warn($"no discriminator was given for images of {string.Join(", ", missing)} pixels; it is initialized randomly.");
            }

            string resume = arguments.GetValue(s_generator) is null ? "" : " --resume";
            Console.Out.WriteLine($"{run}: to continue training\n  attngan train gan --data DIR --run {CommandText.Quote(run)}{resume}");
        }

        return ExitCodes.Success;
    }

    private static string Describe(OfficialImport import)
    {
        AttnGanConfig config = import.Config;
        GeneratorConfig generator = config.Generator;
        return
            $"{import.Vocabulary.Count} words, tokenizer {config.Data.Tokenizer.ToString().ToLowerInvariant()}, " +
            $"{config.TextEncoder.Rnn.ToString().ToUpperInvariant()} text encoder " +
            $"{config.TextEncoder.WordEmbedding} -> {config.TextEncoder.Embedding}; {generator.Architecture} of width {generator.Width}, " +
            $"{generator.Stages} stages to {generator.ImageSize} pixels, {generator.ResidualBlocks} residual blocks, noise " +
            $"{generator.Noise}, condition {generator.Condition}";
    }

    private static Option<string?> CreateCompat()
    {
        var option = new Option<string?>("--compat")
        {
            Description = "`official` reproduces the official code's defects, for comparison with its results: images of one batch share " +
                "word masks by mistake, as in its training. By default each caption has its own mask, as in the official code with a " +
                "batch size of 1.",
            HelpName = "official",
        };
        option.AcceptOnlyFromAmong("official");
        return option;
    }
}
