using System.Diagnostics;
using System.Globalization;
using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Data;
using AttnGan.Training.Torch;
using AttnGan.Training.Trainers;
using static TorchSharp.torch;

namespace AttnGan.Benchmarks;

/// <summary>
/// A training step of all discriminators and the generator at the published size for birds, without DAMSM: a plain PyTorch implementation
/// and our trainer in float32 and in bfloat16 take turns.
/// </summary>
internal static class StepBenchmark
{
    private const int Words = 12;
    private const int SettlingMilliseconds = 500;

    /// <param name="data">The dataset for our trainer; PyTorch's images and captions are random.</param>
    /// <param name="batch">B: batch size.</param>
    /// <param name="rounds">Steps of each candidate after a warm-up step.</param>
    /// <param name="threads">Threads of each candidate.</param>
    public static void Run(string data, int batch, int rounds, int threads)
    {
        Device device = ComputeDevice.Resolve(DeviceChoice.Cpu);
        set_num_threads(threads);
        using var peer = new PyTorchPeer(PyTorchPeer.RandomWeights, threads);
        using Candidate full = new(data, batch, Precision.Full, device), reduced = new(data, batch, Precision.Bfloat16, device);
        (string Name, Func<double> Time)[] candidates =
        [
            ("PyTorch, published", () => peer.Step(batch, Words).Milliseconds),
            ("ours, float32", full.Step),
            ("ours, bfloat16", reduced.Step),
        ];
        CheckSameNetworks(peer.Step(batch, Words).Parameters, full.Sizes);
        var times = candidates.Select(_ => new List<double>()).ToList();
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < candidates.Length; i++)
            {
                // Idle threads keep spinning for a while, which would slow down the next candidate.
                Thread.Sleep(SettlingMilliseconds);
                double time = candidates[i].Time() / batch / 1000;
                if (round >= 0)
                {
                    times[i].Add(time);
                }
            }
        }

        Console.WriteLine(
            $"{threads} threads, batch {batch}, {rounds} steps, PyTorch {peer.Info().Version}; seconds per image, ratio of the medians");
        Console.WriteLine("                      median     min   ratio");
        double first = Median(times[0]);
        for (int i = 0; i < candidates.Length; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{candidates[i].Name,-20} {Median(times[i]),7:F2} {times[i].Min(),7:F2} {first / Median(times[i]),7:F2}"));
        }
    }

    private static void CheckSameNetworks(IReadOnlyDictionary<string, long> theirs, IReadOnlyList<NetworkSize> ours)
    {
        foreach (NetworkSize network in ours)
        {
            string name = network.Network.Replace("discriminator ", "", StringComparison.Ordinal);
            if (theirs[name] != network.Parameters)
            {
                throw new AttnGanException(
                    $"The {network.Network} has {network.Parameters} parameters here and {theirs[name]} in PyTorch; they must be equal.");
            }
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed class Candidate : IDisposable
    {
        private readonly GanTrainer _trainer;
        private readonly CaptionedBatch _batch;
        private long _step;

        public Candidate(string data, int batch, Precision precision, Device device)
        {
            var config = new AttnGanConfig
            {
                // Without the DAMSM loss, only captions pass through the encoders.
                ImageEncoder = new ImageEncoderConfig { Trunk = TrunkKind.Compact, ImageSize = 64 },
                Gan = new GanConfig { BatchSize = batch, DamsmWeight = 0, Precision = precision },
            };
            var dataset = CaptionedImageDataset.Open(data, config.Data);
            Vocabulary vocabulary = dataset.BuildVocabulary(config.Data);
            _trainer = new GanTrainer(config, dataset, vocabulary, TrainingBenchmark.UntrainedEncoders(config, vocabulary), device);
            _batch = _trainer.Batches.Epoch(0).First();
        }

        public IReadOnlyList<NetworkSize> Sizes => _trainer.Sizes;

        /// <returns>Milliseconds. The losses are returned as numbers, so all work has finished.</returns>
        public double Step()
        {
            var watch = Stopwatch.StartNew();
            _trainer.Step(_batch, _step++);
            return watch.Elapsed.TotalMilliseconds;
        }

        public void Dispose() => _trainer.Dispose();
    }
}
