using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using AttnGan.Generation;
using AttnGan.Inference;
using AttnGan.Models;
using AttnGan.Text;
using AttnGan.Training.Configuration;
using AttnGan.Training.Export;
using AttnGan.Training.Generator;
using AttnGan.Training.Layers;
using AttnGan.Training.Onnx;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Benchmarks;

/// <summary>
/// Captions to images, at the published size for birds (256 pixels): PyTorch with the published architecture, TorchSharp, ONNX Runtime
/// and our own engine, with the same random weights, in turns.
/// </summary>
internal static class GenerationBenchmark
{
    private const int Words = 12;
    private const int Warmup = 3;
    private const int SettlingMilliseconds = 300;

    /// <summary>Times the networks in steady state.</summary>
    /// <param name="threads">Threads of each contestant.</param>
    /// <param name="rounds">Rounds at batch 1; a quarter of them, but at least 5, at batch 8.</param>
    public static void Run(int threads, int rounds)
    {
        using var folder = new BenchmarkFolder();
        string package = WriteModel(folder.Path);
        set_num_threads(threads);
        using PyTorchPeer plain = new(folder.Path, threads), channelsLast = new(folder.Path, threads, channelsLast: true);
        using var torchSharp = TrainedNetworks.Load(ModelFile.Open(Path.Combine(folder.Path, "model.safetensors")));
        var model = ModelPackage.Open(package);
        using var onnx = new OnnxRuntimeEngine(model, package, threads, null);
        using var fused = new FusedEngine(model, package, threads);
        PyTorchInfo info = plain.Info();
        int lastStage = model.Architecture.Stages;

        (double onnxDifference, _) = Difference(plain, onnx, model);
        (double difference, double deviation) = Difference(plain, fused, model);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"largest difference from PyTorch's images: ONNX Runtime {onnxDifference:e1}, ours {difference:e1}; their standard deviation is {deviation:F2}"));
        Console.WriteLine($"{threads} threads, PyTorch {info.Version}; ms an image, median and least of the rounds; ratio of the medians to the first row's");
        foreach (int batch in new[] { 1, 8 })
        {
            (string Name, Func<double> Time)[] contestants =
            [
                ("PyTorch, published", () => plain.Time(batch, Words)),
                ("PyTorch, channels last", () => channelsLast.Time(batch, Words)),
                ("TorchSharp", () => Time(() => Forward(torchSharp, batch))),
                ("ONNX Runtime", () => Time(() => Draw(onnx, model.Architecture, batch, new OutputSelection(lastStage, false, false)))),
                ("ours", () => Time(() => Draw(fused, model.Architecture, batch, new OutputSelection(lastStage, false, false)))),
                ("ours, all images, attention", () => Time(() => Draw(fused, model.Architecture, batch, new OutputSelection(lastStage, true, true)))),
            ];
            var times = contestants.Select(_ => new List<double>()).ToList();
            int turns = batch == 1 ? rounds : Math.Max(5, rounds / 4);
            for (int round = -Warmup; round < turns; round++)
            {
                for (int i = 0; i < contestants.Length; i++)
                {
                    // Threads that have nothing to do spin for a while, at the next one's cost.
                    Thread.Sleep(SettlingMilliseconds);
                    double time = contestants[i].Time() / batch;
                    if (round >= 0)
                    {
                        times[i].Add(time);
                    }
                }
            }

            Console.WriteLine();
            Console.WriteLine($"batch {batch}, {turns} rounds              median   least   ratio");
            double first = Median(times[0]);
            for (int i = 0; i < contestants.Length; i++)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{contestants[i].Name,-31} {Median(times[i]),7:F1} {times[i].Min(),7:F1} {first / Median(times[i]),7:F2}"));
            }
        }
    }

    /// <summary>Times whole processes, from their start to the image's file, and what memory they take.</summary>
    /// <param name="threads">Threads of each contestant.</param>
    /// <param name="rounds">Processes of each.</param>
    public static void RunProcesses(int threads, int rounds)
    {
        using var folder = new BenchmarkFolder();
        string package = WriteModel(folder.Path);
        string root = RepositoryRoot();
        string attngan = Path.Combine(root, "src/AttnGan.Cli/bin/Release/net10.0/attngan");
        string ids = Path.Combine(folder.Path, "ids.json");
        File.WriteAllText(ids, JsonSerializer.Serialize(new[] { Enumerable.Range(1, Words).ToArray() }));
        string caption = string.Join(' ', Enumerable.Range(1, Words).Select(id => $"w{id}"));
        string bundled = Path.Combine(root, "models/emoji.onnx");
        string count = threads.ToString(CultureInfo.InvariantCulture);
        (string Name, string Program, string[] Arguments)[] contestants =
        [
            ("PyTorch, published", "/usr/bin/python3",
                [Path.Combine(root, "bench/pytorch/attngan_pytorch.py"), "generate", "--weights", folder.Path, "--captions", ids, "--threads", count, "--out", folder.Path]),
            ("attngan generate", attngan, ["generate", caption, "--model", package, "--threads", count, "--out", folder.Path, "--overwrite"]),
            ("attngan generate, ONNX Runtime", attngan,
                ["generate", caption, "--model", package, "--engine", "onnxruntime", "--threads", count, "--out", folder.Path, "--overwrite"]),
            ("attngan generate, bundled model", attngan, ["generate", "a red heart", "--model", bundled, "--threads", count, "--out", folder.Path, "--overwrite"]),
        ];
        var times = contestants.Select(_ => new List<double>()).ToList();
        long[] peaks = new long[contestants.Length];
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < contestants.Length; i++)
            {
                (double milliseconds, long peak) = RunProcess(contestants[i].Program, contestants[i].Arguments);
                if (round >= 0)
                {
                    times[i].Add(milliseconds);
                    peaks[i] = Math.Max(peaks[i], peak);
                }
            }
        }

        Console.WriteLine($"whole process, {threads} threads, {rounds} rounds    median ms   least   ratio   peak MB");
        double first = Median(times[0]);
        for (int i = 0; i < contestants.Length; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{contestants[i].Name,-41} {Median(times[i]),9:F0} {times[i].Min(),7:F0} {first / Median(times[i]),7:F2} {peaks[i] / 1e6,9:F0}"));
        }
    }

    /// <summary>A model of the published size for birds, untrained, with batch statistics as training leaves them: of no round numbers.</summary>
    private static string WriteModel(string folder)
    {
        random.manual_seed(100);
        var config = new AttnGanConfig { Name = "bird" };
        string[] vocabulary = [Vocabulary.End, .. Enumerable.Range(1, 5449).Select(id => $"w{id}")];
        using var textEncoder = new Training.Encoders.TextEncoder(config.TextEncoder, vocabulary.Length);
        using AttentionalGenerator generator = Initialization.Apply(
            new AttentionalGenerator(config.Generator, config.TextEncoder.Embedding, config.Compat));
        LearnStatistics(textEncoder, generator, config.Generator);
        string source = Path.Combine(folder, "model.safetensors"), package = Path.Combine(folder, "bird.onnx");
        ModelFile.Write(source, config, vocabulary, new ModelCard { Name = "bird" }, textEncoder.state_dict(), generator.state_dict(), half: false);
        PyTorchExport.Write(source, folder);
        ModelPackageExport.Write(source, package, new ModelCard(), half: false);
        return package;
    }

    /// <summary>Images of an untrained generator are gray until its normalizations have seen what they normalize.</summary>
    private static void LearnStatistics(Training.Encoders.TextEncoder textEncoder, AttentionalGenerator generator, GeneratorConfig config)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        textEncoder.eval();
        generator.train();
        for (int step = 0; step < 20; step++)
        {
            Training.Encoders.TextFeatures text = textEncoder.forward(randint(1, 5450, [2, Words], ScalarType.Int64), full(2, Words, ScalarType.Int64));
            generator.forward(new GeneratorInput(text, randn(2, config.Noise), randn(2, config.Condition)));
        }

        generator.eval();
    }

    private static (double Largest, double Deviation) Difference(PyTorchPeer peer, IInferenceEngine engine, ModelPackage model)
    {
        ModelArchitecture a = model.Architecture;
        GeneratorInputs[] inputs = CreateInputs(engine, a, 2);
        IReadOnlyList<float[]> expected = peer.Draw(
            [.. inputs.Select(_ => Enumerable.Range(1, Words).ToArray())],
            [.. inputs.SelectMany(input => input.Noise)],
            [.. inputs.SelectMany(input => input.ConditionNoise)]);
        GeneratorOutputs actual = engine.Generate(inputs, new OutputSelection(a.Stages, true, false), default);
        double largest = 0;
        foreach ((StageImages stage, float[] images) in actual.Images.Zip(expected))
        {
            int pixels = stage.Size * stage.Size;
            for (int i = 0; i < images.Length; i++)
            {
                (int image, int rest) = Math.DivRem(i, 3 * pixels);
                (int color, int pixel) = Math.DivRem(rest, pixels);
                largest = Math.Max(largest, Math.Abs(images[i] - stage.Values[image][(3 * pixel) + color]));
            }
        }

        float[] last = expected[^1];
        double mean = last.Average();
        return (largest, Math.Sqrt(last.Average(value => (value - mean) * (value - mean))));
    }

    private static void Draw(IInferenceEngine engine, ModelArchitecture a, int batch, OutputSelection selection) =>
        engine.Generate(CreateInputs(engine, a, batch), selection, default);

    private static GeneratorInputs[] CreateInputs(IInferenceEngine engine, ModelArchitecture a, int batch)
    {
        var inputs = new GeneratorInputs[batch];
        for (int i = 0; i < batch; i++)
        {
            TextFeatures text = engine.Encode([.. Enumerable.Range(1, Words)]);
            float[] noise = new float[a.Noise], conditionNoise = new float[a.Condition];
            SeededNoise.Fill(i, SeededNoise.LatentStream, noise);
            SeededNoise.Fill(i, SeededNoise.ConditioningStream, conditionNoise);
            inputs[i] = new GeneratorInputs(new AttendedWords(text.Words, new float[Words]), text.Sentence, noise, conditionNoise);
        }

        return inputs;
    }

    private static void Forward(TrainedNetworks networks, int batch)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable inference = inference_mode();
        Training.Encoders.TextFeatures text = networks.TextEncoder.forward(
            arange(1, Words + 1, ScalarType.Int64).repeat(batch, 1), full(batch, Words, ScalarType.Int64));
        networks.Generator.forward(new GeneratorInput(
            text, randn(batch, networks.Config.Generator.Noise), randn(batch, networks.Config.Generator.Condition)));
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static (double Milliseconds, long PeakBytes) RunProcess(string program, string[] arguments)
    {
        long start = Stopwatch.GetTimestamp();
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new AttnGanException($"{program} did not start.");
        long peak = 0;
        while (!process.WaitForExit(5))
        {
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            catch (InvalidOperationException)
            {
                // It ended in between.
            }
        }

        double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return process.ExitCode == 0
            ? (elapsed, peak)
            : throw new AttnGanException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {process.StandardError.ReadToEnd()}");
    }

    private static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "AttnGan.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new AttnGanException("Run the benchmarks from a checkout of the repository.");
    }

    private static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    private sealed class BenchmarkFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("attngan-bench-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
