using System.Diagnostics;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Encoders;
using AttnGan.Training.Torch;
using AttnGan.Training.Trainers;
using TorchSharp;

namespace AttnGan.Benchmarks;

/// <summary>
/// Steps and images per second of DAMSM and GAN training with a configuration, and their peak memory. Each runs in its own process.
/// </summary>
internal sealed record TrainingBenchmark(string Data, string ConfigPath, int Steps, int Threads, DeviceChoice Device)
{
    private const int WarmUpSteps = 5;

    /// <summary>Runs this program once for each training.</summary>
    /// <returns>The exit code.</returns>
    public int RunBoth(IReadOnlyList<string> arguments)
    {
        Console.WriteLine(
            $"{ConfigPath}, {Data}, {Threads} threads, device {Device.ToString().ToLowerInvariant()}, {Steps} steps after {WarmUpSteps} "
            + "warm-up steps");
        Console.WriteLine("training   batch   steps/s   images/s   peak memory");
        foreach (string kind in (string[])["damsm", "gan"])
        {
            string program = Environment.ProcessPath!;
            string[] library = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [typeof(TrainingBenchmark).Assembly.Location] : [];
            using var process = Process.Start(program, [.. library, "training", kind, .. arguments.Skip(1)]);
            process.WaitForExit();
            if (process.ExitCode != 0)
            {
                return process.ExitCode;
            }
        }

        return 0;
    }

    /// <param name="kind"><c>damsm</c> or <c>gan</c>.</param>
    /// <returns>The exit code.</returns>
    public int Run(string kind)
    {
        torch.Device device = ComputeDevice.Resolve(Device);
        torch.set_num_threads(Threads);
        AttnGanConfig config = ConfigReader.Read(ConfigPath);
        var dataset = CaptionedImageDataset.Open(Data, config.Data);
        Vocabulary vocabulary = dataset.BuildVocabulary(config.Data);
        using ITrainer trainer = kind == "damsm"
            ? new DamsmTrainer(config, dataset, vocabulary, device)
            : new GanTrainer(config, dataset, vocabulary, UntrainedEncoders(config, vocabulary), device);
        Measure(kind, trainer);
        return 0;
    }

    private void Measure(string kind, ITrainer trainer)
    {
        long step = 0;
        var watch = new Stopwatch();
        foreach (CaptionedBatch batch in Enumerable.Range(0, int.MaxValue).SelectMany(epoch => trainer.Batches.Epoch(epoch)))
        {
            if (step == WarmUpSteps)
            {
                watch.Start();
            }

            // The losses are returned as numbers, so all work has finished, on any device.
            trainer.Step(batch, step++);
            if (step == WarmUpSteps + Steps)
            {
                break;
            }
        }

        double rate = Steps / watch.Elapsed.TotalSeconds;
        using var self = Process.GetCurrentProcess();
        Console.WriteLine(
            $"{kind,-10} {trainer.Batches.BatchSize,5} {rate,9:f2} {rate * trainer.Batches.BatchSize,12:f1} "
            + $"{self.PeakWorkingSet64 / 1048576.0,9:f0} MiB");
    }

    /// <summary>Returns a checkpoint with untrained encoders: they do not change the duration of a step.</summary>
    internal static Checkpoint UntrainedEncoders(AttnGanConfig config, Vocabulary vocabulary)
    {
        using var text = new TextEncoder(config.TextEncoder, vocabulary.Count);
        using var image = new ImageEncoder(config.ImageEncoder, config.TextEncoder.Embedding);
        var state = new CheckpointState { Step = 0, Epoch = 0, Batch = 0, Config = config, Vocabulary = vocabulary.Words };
        string folder = Directory.CreateTempSubdirectory("attngan-bench-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        string path = new CheckpointStore(folder, "damsm", keep: 1).Save(
            state, ModuleState.Collect(text, "text_encoder.").Concat(ModuleState.Collect(image, "image_encoder.")).ToDictionary());
        return Checkpoint.Open(path, "damsm");
    }
}
