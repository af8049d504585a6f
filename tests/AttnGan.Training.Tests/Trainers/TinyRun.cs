using System.Text.Json;
using AttnGan.Imaging;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Formats;
using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Trainers;

/// <summary>
/// A dataset of colored discs with captions of different lengths, and trainings of a few thousand parameters on one thread.
/// </summary>
internal sealed class TinyRun : IDisposable
{
    public static readonly IReadOnlyList<(string Name, RgbColor Color)> Colors =
    [
        ("red", new(230, 20, 20)), ("green", new(20, 180, 40)), ("blue", new(30, 40, 230)), ("yellow", new(240, 220, 20)),
        ("black", new(10, 10, 10)), ("cyan", new(30, 210, 220)), ("magenta", new(220, 30, 200)), ("gray", new(128, 128, 128)),
    ];

    public static readonly AttnGanConfig Config = new()
    {
        Name = "tiny",
        Seed = 5,
        Data = new() { MaxWords = 8, CropScale = 1, Flip = false, Prefetch = 1, ValidationFraction = 0.25 },
        TextEncoder = new() { WordEmbedding = 12, Embedding = 16, Dropout = 0.1 },
        ImageEncoder = new() { Trunk = TrunkKind.Compact, ImageSize = 32, Width = 4 },
        Damsm = new() { BatchSize = 4, Epochs = 2 },
        Generator = new() { BaseSize = 16, Stages = 2, Width = 4, ResidualBlocks = 1, Noise = 6, Condition = 8 },
        Discriminator = new() { Width = 4 },
        Gan = new() { BatchSize = 4, Epochs = 2 },
        Logging = new()
        {
            LogEvery = 2,
            SampleEvery = 1000,
            CheckpointEvery = 1000,
            KeepCheckpoints = 10,
            Samples = 2,
            TensorBoard = false,
            Curves = false,
        },
    };

    private readonly TemporaryDirectory _folder = new();
    private Checkpoint? _damsm;

    /// <param name="images">Number of images, a quarter of which are validation images.</param>
    /// <param name="validation">False for a dataset without validation images.</param>
    /// <param name="words">The only caption of all images; null for captions that describe the images.</param>
    /// <param name="things">True for images whose metadata names the disc's color as its thing.</param>
    /// <param name="styles">The styles of the images, in turn; none by default.</param>
    public TinyRun(int images = 16, bool validation = true, string? words = null, bool things = false, params string[] styles)
    {
        set_num_threads(1);
        Directory.CreateDirectory(Data);
        using (var metadata = new StreamWriter(Path.Combine(Data, "metadata.jsonl")))
        {
            for (int i = 0; i < images; i++)
            {
                (string name, RgbColor color) = Colors[i % Colors.Count];
                Disc(color, 10 + i / Colors.Count % 3).Save(Path.Combine(Data, $"{i:00}.png"));
                string[] captions =
                    words is not null ? [words] : [$"a {name} disc", $"this is one {name} disc on a white ground", $"{name}"];
                string? style = styles.Length > 0 ? styles[i % styles.Length] : null;
                metadata.WriteLine(JsonSerializer.Serialize(
                    new { file_name = $"{i:00}.png", captions, thing = things ? name : null, style }));
            }
        }

        DataConfig config = Config.Data with { ValidationFraction = validation ? Config.Data.ValidationFraction : 0 };
        Dataset = CaptionedImageDataset.Open(Data, config);
        Vocabulary = Dataset.BuildVocabulary(config);
    }

    public string Data => _folder.File("data");

    public CaptionedImageDataset Dataset { get; }

    public Vocabulary Vocabulary { get; }

    /// <summary>Returns the path of a folder of this test, which is not created.</summary>
    public string Folder(string name) => _folder.File(name);

    public DamsmTrainer Damsm(AttnGanConfig? config = null) => new(config ?? Config, Dataset, Vocabulary, CPU);

    /// <param name="config">May differ from <see cref="Config"/> in all but the encoders.</param>
    public GanTrainer Gan(AttnGanConfig? config = null) => new(config ?? Config, Dataset, Vocabulary, _damsm ??= DamsmCheckpoint(), CPU);

    /// <summary>Writes a checkpoint of trained or untrained encoders.</summary>
    public Checkpoint DamsmCheckpoint(DamsmTrainer? trained = null, AttnGanConfig? config = null)
    {
        using DisposeScope scope = NewDisposeScope();
        using DamsmTrainer? untrained = trained is null ? Damsm(config) : null;
        string path = Folder($"damsm-{Guid.NewGuid():N}.safetensors");
        CheckpointState state = new() { Step = 0, Epoch = 0, Batch = 0, Config = config ?? Config, Vocabulary = Vocabulary.Words };
        Checkpoint.Write(path, TrainingKind.Damsm, state, (trained ?? untrained!).State());
        return Checkpoint.Open(path, TrainingKind.Damsm);
    }

    public static CaptionedBatch FirstBatch(ITrainer trainer) => trainer.Batches.Epoch(0).First();

    /// <summary>Trains the DAMSM or the GAN in a run folder.</summary>
    public bool Train(
        string run,
        string kind,
        bool resume,
        AttnGanConfig? config = null,
        Action<TrainingProgress>? onProgress = null,
        CancellationToken? cancellation = null)
    {
        using var session = new TrainingSession(Data, config ?? Config, Folder(run), CPU);
        ResumeFrom? from = resume ? new ResumeFrom(null) : null;
        var progress = new Progress(onProgress);
        CancellationToken stop = cancellation ?? TestContext.Current.CancellationToken;
        return kind == TrainingKind.Damsm
            ? session.TrainDamsm(from, progress, stop)
            : session.TrainGan(resume ? null : new GanStart((_damsm ??= DamsmCheckpoint()).Path), from, progress, stop);
    }

    /// <summary>Trains up to a step, then cancels.</summary>
    public bool TrainUntil(long step, string run, string kind, bool resume = false, AttnGanConfig? config = null)
    {
        using var source = new CancellationTokenSource();
        return Train(
            run,
            kind,
            resume,
            config,
            progress =>
            {
                if (progress is StepDone done && done.Step == step)
                {
                    source.Cancel();
                }
            },
            source.Token);
    }

    public string CheckpointsOf(string run, string kind) => new RunPart(Folder(run), kind).Checkpoints;

    public string LogOf(string run, string kind) => new RunPart(Folder(run), kind).Log;

    /// <summary>Returns the bytes of all tensors of the newest checkpoint of a run.</summary>
    public SortedDictionary<string, byte[]> FinalState(string run, string kind)
    {
        var checkpoint = Checkpoint.Open(new CheckpointStore(CheckpointsOf(run, kind), kind, 100).Latest()!, kind);
        using TensorDictionary tensors = checkpoint.LoadTensors();
        return Bytes(tensors);
    }

    public static SortedDictionary<string, byte[]> Bytes(IReadOnlyDictionary<string, Tensor> tensors)
    {
        SortedDictionary<string, byte[]> bytes = new(StringComparer.Ordinal);
        foreach ((string name, Tensor tensor) in tensors)
        {
            using Tensor plain = tensor.detach().contiguous();
            bytes[name] = plain.bytes.ToArray();
        }

        return bytes;
    }

    /// <summary>Returns the lines of a log without the speed, which differs between runs.</summary>
    public string[] Log(string run, string kind) =>
    [
        .. File.ReadLines(LogOf(run, kind)).Select(line => string.Join(' ', JsonDocument.Parse(line).RootElement.EnumerateObject()
            .Where(property => property.Name != "images_per_second")
            .Select(property => property.ToString()))),
    ];

    public void Dispose() => _folder.Dispose();

    /// <summary>A disc on a white background, 32 x 32 pixels.</summary>
    private static RgbImage Disc(RgbColor color, int radius)
    {
        var image = new RgbImage(32, 32);
        for (int y = 0; y < 32; y++)
        {
            for (int x = 0; x < 32; x++)
            {
                bool inside = (x - 15.5) * (x - 15.5) + (y - 15.5) * (y - 15.5) < radius * radius;
                (byte r, byte g, byte b) = inside ? (color.R, color.G, color.B) : ((byte)255, (byte)255, (byte)255);
                int at = (y * 32 + x) * 3;
                (image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]) = (r, g, b);
            }
        }

        return image;
    }

    private sealed class Progress(Action<TrainingProgress>? onProgress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => onProgress?.Invoke(value);
    }
}
