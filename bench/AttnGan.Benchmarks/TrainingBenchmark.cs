using System.Diagnostics;
using AttnGan.Text;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Trainers;
using TorchSharp;

namespace AttnGan.Benchmarks;

/// <summary>Steps and pictures a second of both trainings with a configuration, and the process's peak memory.</summary>
internal static class TrainingBenchmark
{
    private const int WarmUpSteps = 5;

    public static void Run(string data, string configPath, int steps, int threads)
    {
        torch.set_num_threads(threads);
        AttnGanConfig config = ConfigReader.Read(configPath);
        CaptionedImageDataset dataset = CaptionedImageDataset.Open(data, config.Data, config.Seed);
        Vocabulary vocabulary = dataset.BuildVocabulary(config.Data);
        Console.WriteLine($"{configPath}, {data}, {threads} threads, {steps} steps after {WarmUpSteps} to warm up");
        Console.WriteLine("training   batch   steps/s   pictures/s   peak memory");

        string folder = Directory.CreateTempSubdirectory("attngan-bench-").FullName;
        try
        {
            string checkpoint;
            using (var damsm = new DamsmTrainer(config, dataset, vocabulary, torch.CPU))
            {
                Measure("DAMSM", damsm, steps);
                checkpoint = Save(damsm, folder, config, vocabulary);
            }

            using var gan = new GanTrainer(config, dataset, vocabulary, Checkpoint.Open(checkpoint, "damsm"), torch.CPU);
            Measure("GAN", gan, steps);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(string name, ITrainer trainer, int steps)
    {
        long step = 0;
        var watch = new Stopwatch();
        foreach (CaptionedBatch batch in Enumerable.Range(0, int.MaxValue).SelectMany(epoch => trainer.Batches.Epoch(epoch)))
        {
            if (step == WarmUpSteps)
            {
                watch.Start();
            }

            trainer.Step(batch, step++);
            if (step == WarmUpSteps + steps)
            {
                break;
            }
        }

        double rate = steps / watch.Elapsed.TotalSeconds;
        using Process self = Process.GetCurrentProcess();
        Console.WriteLine(
            $"{name,-10} {trainer.Batches.BatchSize,5} {rate,9:f2} {rate * trainer.Batches.BatchSize,12:f1} {self.PeakWorkingSet64 / 1048576.0,9:f0} MiB");
    }

    private static string Save(DamsmTrainer trainer, string folder, AttnGanConfig config, Vocabulary vocabulary)
    {
        using var scope = torch.NewDisposeScope();
        var state = new CheckpointState { Step = 0, Epoch = 0, Batch = 0, Config = config, Vocabulary = vocabulary.Words };
        return new CheckpointStore(folder, "damsm", keep: 1).Save(state, trainer.State());
    }
}
