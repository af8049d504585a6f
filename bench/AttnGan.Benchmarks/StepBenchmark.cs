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
/// A training step of all discriminators and the generator at the published size for birds, without DAMSM: PyTorch with a plain statement
/// of it against our trainer, in 32 and in 16 bits, in turns.
/// </summary>
internal static class StepBenchmark
{
    private const int Words = 12;
    private const int SettlingMilliseconds = 500;

    /// <param name="data">Where our images and captions come from; PyTorch's are random.</param>
    /// <param name="batch">B: images a step.</param>
    /// <param name="rounds">Steps of each contestant after the first, which warms up.</param>
    /// <param name="threads">Threads of each contestant.</param>
    public static void Run(string data, int batch, int rounds, int threads)
    {
        Device device = ComputeDevice.Resolve(DeviceChoice.Cpu);
        set_num_threads(threads);
        using var peer = new PyTorchPeer(PyTorchPeer.RandomWeights, threads);
        using Contestant full = new(data, batch, Precision.Full, device), reduced = new(data, batch, Precision.Bfloat16, device);
        (string Name, Func<double> Time)[] contestants =
        [
            ("PyTorch, published", () => peer.Step(batch, Words).Milliseconds),
            ("ours, 32 bits", full.Step),
            ("ours, bfloat16", reduced.Step),
        ];
        CheckSameNetworks(peer.Step(batch, Words).Parameters, full.Sizes);
        var times = contestants.Select(_ => new List<double>()).ToList();
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < contestants.Length; i++)
            {
                // Threads that have nothing to do spin for a while, at the next one's cost.
                Thread.Sleep(SettlingMilliseconds);
                double time = contestants[i].Time() / batch / 1000;
                if (round >= 0)
                {
                    times[i].Add(time);
                }
            }
        }

        Console.WriteLine($"{threads} threads, batch {batch}, {rounds} steps, PyTorch {peer.Info().Version}; seconds an image, ratio of the medians");
        Console.WriteLine("                      median   least   ratio");
        double first = Median(times[0]);
        for (int i = 0; i < contestants.Length; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{contestants[i].Name,-20} {Median(times[i]),7:F2} {times[i].Min(),7:F2} {first / Median(times[i]),7:F2}"));
        }
    }

    private static void CheckSameNetworks(IReadOnlyDictionary<string, long> theirs, IReadOnlyList<NetworkSize> ours)
    {
        foreach (NetworkSize network in ours)
        {
            string name = network.Network.Replace("discriminator ", "", StringComparison.Ordinal);
            if (theirs[name] != network.Parameters)
            {
                throw new AttnGanException($"{network.Network}: {network.Parameters} parameters here, {theirs[name]} in PyTorch: not the same step.");
            }
        }
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed class Contestant : IDisposable
    {
        private readonly GanTrainer _trainer;
        private readonly CaptionedBatch _batch;
        private long _step;

        public Contestant(string data, int batch, Precision precision, Device device)
        {
            var config = new AttnGanConfig
            {
                // The encoders are not trained here, and without weight on the DAMSM only captions go through them.
                ImageEncoder = new ImageEncoderConfig { Trunk = TrunkKind.Compact, ImageSize = 64 },
                Gan = new GanConfig { BatchSize = batch, DamsmWeight = 0, Precision = precision },
            };
            var dataset = CaptionedImageDataset.Open(data, config.Data);
            Vocabulary vocabulary = dataset.BuildVocabulary(config.Data);
            _trainer = new GanTrainer(config, dataset, vocabulary, TrainingBenchmark.UntrainedEncoders(config, vocabulary), device);
            _batch = _trainer.Batches.Epoch(0).First();
        }

        public IReadOnlyList<NetworkSize> Sizes => _trainer.Sizes;

        /// <returns>Milliseconds; losses come back as numbers, so the work is done.</returns>
        public double Step()
        {
            var watch = Stopwatch.StartNew();
            _trainer.Step(_batch, _step++);
            return watch.Elapsed.TotalMilliseconds;
        }

        public void Dispose() => _trainer.Dispose();
    }
}
