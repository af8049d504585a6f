using System.Text.Json;
using AttnGan.Imaging;
using AttnGan.Models;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Safetensors;
using AttnGan.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Export;

/// <summary>
/// A safetensors file with exactly what generation needs: text encoder, averaged generator, vocabulary, configuration and model card.
/// GAN checkpoints and run folders can be opened as models as well.
/// </summary>
internal sealed record ModelFile
{
    private const string Format = "attngan-model/1";
    private const string TextEncoderPrefix = "text_encoder.";
    private const string GeneratorPrefix = "generator.";
    private const string CheckpointGeneratorPrefix = "averaged_generator.";

    /// <summary>The prefix of the generator's own text encoder in a checkpoint, if it trained one.</summary>
    internal const string AveragedTextEncoderPrefix = "averaged_generator_text_encoder.";

    public required string Path { get; init; }

    public required AttnGanConfig Config { get; init; }

    /// <summary>Words by ID.</summary>
    public required IReadOnlyList<string> Vocabulary { get; init; }

    public required ModelCard Card { get; init; }

    private string GeneratorName { get; init; } = GeneratorPrefix;

    private string TextEncoderName { get; init; } = TextEncoderPrefix;

    /// <summary>Prefixes of the weights of stages that are not trained yet.</summary>
    private IReadOnlyList<string> UntrainedStages { get; init; } = [];

    /// <summary>Opens a model file, a GAN checkpoint, or the newest GAN checkpoint of a run folder.</summary>
    /// <exception cref="AttnGanException">The model does not exist or is damaged.</exception>
    public static ModelFile Open(string path)
    {
        string file = Directory.Exists(path) ? NewestCheckpoint(path) : path;
        if (file.EndsWith(ModelPackage.Extension, StringComparison.OrdinalIgnoreCase))
        {
            throw new AttnGanException(
                $"`{file}` is a model package, which is for generation and cannot be exported again. Specify the run folder, GAN " +
                "checkpoint or model file (.safetensors) that it was exported from.");
        }

        if (!File.Exists(file))
        {
            throw new AttnGanException(
                $"The model `{file}` does not exist. Specify a model file (.safetensors), a GAN checkpoint or a run folder.");
        }

        return FormatOf(file) == Format ? OpenModel(file) : OpenCheckpoint(file);
    }

    /// <summary>Writes a model file.</summary>
    /// <param name="source">A GAN checkpoint, a run folder or a model file.</param>
    /// <param name="output">The file to write.</param>
    /// <param name="card">The model card; see <see cref="Complete"/>.</param>
    /// <param name="half">Store weights with two or more dimensions as 16-bit floats, which halves the size.</param>
    /// <exception cref="AttnGanException">The source cannot be read, or the output cannot be written.</exception>
    public static ModelFile Export(string source, string output, ModelCard card, bool half = true)
    {
        ModelFile model = Open(source);
        using TensorDictionary textEncoder = model.LoadTextEncoder();
        using TensorDictionary generator = model.LoadGenerator();
        Write(output, model.Config, model.Vocabulary, model.Complete(card), textEncoder, generator, half);
        return Open(output);
    }

    /// <summary>Writes a model file from weights by name.</summary>
    /// <exception cref="AttnGanException">The output cannot be written.</exception>
    public static void Write(
        string output,
        AttnGanConfig config,
        IReadOnlyList<string> vocabulary,
        ModelCard card,
        IReadOnlyDictionary<string, Tensor> textEncoder,
        IReadOnlyDictionary<string, Tensor> generator,
        bool half)
    {
        using DisposeScope scope = NewDisposeScope();

        // Paths on the machine that trained the model are private, and useless to others.
        config = config with
        {
            ImageEncoder = config.ImageEncoder with { Weights = null },
            Damsm = config.Damsm with { CacheFile = null },
            Logging = config.Logging with { IndependentDamsm = null },
        };
        Dictionary<string, Tensor> tensors = [];
        foreach ((string prefix, IReadOnlyDictionary<string, Tensor> weights) in
            new[] { (TextEncoderPrefix, textEncoder), (GeneratorPrefix, generator) })
        {
            foreach ((string name, Tensor tensor) in weights)
            {
                bool isHalf = half && tensor.is_floating_point() && tensor.dim() >= 2;
                tensors[prefix + name] = isHalf ? tensor.to_type(ScalarType.Float16) : tensor;
            }
        }

        SafetensorsWriter.Write(
            output,
            tensors,
            new Dictionary<string, string>
            {
                ["format"] = Format,
                ["config"] = ConfigReader.Write(config),
                ["vocabulary"] = JsonSerializer.Serialize(vocabulary),
                ["card"] = JsonSerializer.Serialize(card),
            },
            Checkpoint.ChecksumKey);
    }

    /// <summary>Fills the missing fields of a card from the model's own card. Steps are always those of the model.</summary>
    public ModelCard Complete(ModelCard card) => new()
    {
        Name = card.Name ?? Card.Name,
        Description = card.Description ?? Card.Description,
        License = card.License ?? Card.License,
        Steps = Card.Steps,
    };

    /// <summary>Loads the weights of the text encoder by name; the caller disposes them.</summary>
    public TensorDictionary LoadTextEncoder() => Load(TextEncoderName);

    /// <summary>Loads the weights of the averaged generator by name; the caller disposes them.</summary>
    public TensorDictionary LoadGenerator()
    {
        TensorDictionary weights = Load(GeneratorName);
        weights.Remove(UntrainedStages);
        return weights;
    }

    private TensorDictionary Load(string prefix)
    {
        using var file = SafetensorsFile.Open(Path);
        return file.LoadAll(prefix);
    }

    private static ModelFile OpenModel(string path)
    {
        using var file = SafetensorsFile.Open(path);
        file.VerifyChecksum(Checkpoint.ChecksumKey);
        try
        {
            return new ModelFile
            {
                Path = path,
                Config = ConfigReader.Parse(file.Metadata["config"], $"in `{path}`"),
                Vocabulary = Json<string[]>(file, "vocabulary"),
                Card = Json<ModelCard>(file, "card"),
            };
        }
        catch (Exception incomplete) when (incomplete is KeyNotFoundException or JsonException)
        {
            throw new CheckpointException($"`{path}` is not a valid model file: {incomplete.Message}", incomplete);
        }
    }

    private static T Json<T>(SafetensorsFile file, string key) =>
        JsonSerializer.Deserialize<T>(file.Metadata[key]) ?? throw new JsonException($"`{key}` is null");

    private static ModelFile OpenCheckpoint(string path)
    {
        var checkpoint = Checkpoint.Open(path, TrainingKind.Gan);
        (GeneratorConfig generator, GanConfig gan) = (checkpoint.Config.Generator, checkpoint.Config.Gan);

        // At the end of an epoch a checkpoint has the number of the next epoch, whose first step is not made yet.
        int epoch = checkpoint.Batch == 0 ? int.Max(0, checkpoint.Epoch - 1) : checkpoint.Epoch;
        int stages = gan.TrainedStages(epoch, generator);
        return new ModelFile
        {
            Path = path,
            Config = checkpoint.Config with
            {
                Generator = generator with { Stages = stages },
                Gan = gan with { GrowEpochs = [.. gan.GrowEpochs.Take(stages - 1)] },
            },
            Vocabulary = checkpoint.Vocabulary,
            Card = new ModelCard { Name = checkpoint.Config.Name, Steps = checkpoint.Step },
            GeneratorName = CheckpointGeneratorPrefix,
            UntrainedStages =
            [
                .. Enumerable.Range(stages + 1, generator.Stages - stages)
                    .SelectMany(stage => new[] { $"h_net{stage}.", $"img_net{stage}." }),
            ],
            TextEncoderName = checkpoint.Config.Gan.TextEncoderLearningRate > 0 ? AveragedTextEncoderPrefix : TextEncoderPrefix,
        };
    }

    private static string NewestCheckpoint(string run) =>
        RunDirectory.NewestCheckpoint(run, TrainingKind.Gan) ?? throw new AttnGanException(HasImages(run)
            ? $"The folder `{run}` has images and no model. To evaluate images that another program generated, specify them with " +
                $"`attngan evaluate --images {run}`."
            : $"The folder `{run}` has no GAN checkpoint. Train one with `attngan train --run {run}`, or specify a model file.");

    private static bool HasImages(string folder) =>
        Directory.Exists(folder) && Directory.EnumerateFiles(folder).Any(ImageFiles.IsImage);

    private static string? FormatOf(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return file.Metadata.GetValueOrDefault("format");
    }
}
