using System.Diagnostics;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Distributed;
using AttnGan.Training.Encoders;
using AttnGan.Training.Torch;
using AttnGan.Training.Trainers;
using TorchSharp;

namespace AttnGan.Benchmarks;

/// <summary>
/// Steps and images per second of DAMSM and GAN training with a configuration, and their peak memory. Each runs in its own process, or on
/// the ranks of a launcher; then also what they exchange.
/// </summary>
/// <param name="Data">Dataset folder.</param>
/// <param name="ConfigPath">Configuration.</param>
/// <param name="Overrides">Changes of the configuration, as for <c>--set</c>.</param>
/// <param name="Steps">Number of steps that are measured.</param>
/// <param name="WarmUpSteps">Number of steps before them.</param>
/// <param name="Threads">Number of threads (of each rank).</param>
/// <param name="Device">The device to train on.</param>
internal sealed record TrainingBenchmark(
    string Data, string ConfigPath, IReadOnlyList<string> Overrides, int Steps, int WarmUpSteps, int Threads, DeviceChoice Device)
{

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
        AttnGanConfig config = ConfigReader.Read(ConfigPath, Overrides);
        using var world = World.Join(Launcher.Detect());
        var dataset = CaptionedImageDataset.Open(Data, config.Data);
        Vocabulary vocabulary = dataset.BuildVocabulary(config.Data);
        using ITrainer trainer = kind == "damsm"
            ? new DamsmTrainer(config, dataset, vocabulary, device, world: world)
            : new GanTrainer(config, dataset, vocabulary, UntrainedEncoders(config, vocabulary), device, world: world);
        Measure(kind, trainer, world);
        return 0;
    }

    private void Measure(string kind, ITrainer trainer, World world)
    {
        long step = 0;
        var watch = new Stopwatch();
        var before = Exchanged.Of(world);
        foreach (CaptionedBatch batch in Enumerable.Range(0, int.MaxValue).SelectMany(epoch => trainer.Batches.Epoch(epoch)))
        {
            if (step == WarmUpSteps)
            {
                before = Exchanged.Of(world);
                watch.Start();
            }

            // The losses are returned as numbers, so all work has finished, on any device.
            trainer.Step(batch, step++);
            if (step == WarmUpSteps + Steps)
            {
                break;
            }
        }

        double seconds = watch.Elapsed.TotalSeconds / Steps;
        using var self = Process.GetCurrentProcess();
        if (world.IsFirst)
        {
            Console.WriteLine(
                $"{kind,-10} {trainer.Batches.BatchSize,5} {1 / seconds,9:f3} {trainer.Batches.BatchSize / seconds,12:f2} "
                + $"{self.PeakWorkingSet64 / 1048576.0,9:f0} MiB");
            Exchanged.Of(world).Print(before, Steps, seconds);
        }
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

    /// <summary>What a rank has exchanged so far.</summary>
    private readonly record struct Exchanged(int Ranks, long Bytes, int Exchanges, TimeSpan Waited, TimeSpan Hidden)
    {
        public static Exchanged Of(World world) =>
            new(world.Size, world.CommunicatedBytes, world.Exchanges, world.CommunicationTime, world.HiddenTime);

        /// <summary>Prints a line of what has been exchanged since another moment; nothing for one process.</summary>
        public void Print(Exchanged before, int steps, double seconds)
        {
            if (Ranks > 1)
            {
                Console.WriteLine(
                    $"ranks {Ranks}, a step {seconds:f3} s: {(Bytes - before.Bytes) / 1e6 / steps:f1} MB, "
                    + $"{(Exchanges - before.Exchanges) / (double)steps:f0} exchanges besides gradients, waited "
                    + $"{(Waited - before.Waited).TotalSeconds / steps:f3} s, hidden {(Hidden - before.Hidden).TotalSeconds / steps:f3} s");
            }
        }
    }
}
