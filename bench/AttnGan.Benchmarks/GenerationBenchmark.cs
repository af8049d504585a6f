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
/// Generation at the published size for birds (256 pixels): PyTorch with the published architecture, TorchSharp, ONNX Runtime and the
/// fused engine take turns with the same random weights.
/// </summary>
internal static class GenerationBenchmark
{
    private const int Words = 12;
    private const int Warmup = 3;
    private const int SettlingMilliseconds = 300;

    /// <summary>Times the networks in steady state.</summary>
    /// <param name="threads">Threads of each candidate.</param>
    /// <param name="rounds">Rounds at batch size 1; a quarter of them, but at least 5, at batch size 8.</param>
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
        OutputSelection last = new(model.Architecture.Stages, AllImages: false, Attention: false);
        OutputSelection all = new(model.Architecture.Stages, AllImages: true, Attention: true);

        (double onnxDifference, _) = Difference(plain, onnx, model);
        (double difference, double deviation) = Difference(plain, fused, model);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"maximum difference from PyTorch's images: ONNX Runtime {onnxDifference:e1}, ours {difference:e1}; "
                + $"their standard deviation is {deviation:F2}"));
        Console.WriteLine($"{threads} threads, PyTorch {info.Version}; ms per image; ratio of the first row's median to each median");
        foreach (int batch in new[] { 1, 8 })
        {
            (string Name, Func<double> Time)[] candidates =
            [
                ("PyTorch, published", () => plain.Time(batch, Words)),
                ("PyTorch, channels last", () => channelsLast.Time(batch, Words)),
                ("TorchSharp", () => Time(() => Forward(torchSharp, batch))),
                ("ONNX Runtime", () => Time(() => Generate(onnx, model.Architecture, batch, last))),
                ("ours", () => Time(() => Generate(fused, model.Architecture, batch, last))),
                ("ours, all images, attention", () => Time(() => Generate(fused, model.Architecture, batch, all))),
            ];
            var times = candidates.Select(_ => new List<double>()).ToList();
            int turns = batch == 1 ? rounds : Math.Max(5, rounds / 4);
            for (int round = -Warmup; round < turns; round++)
            {
                for (int i = 0; i < candidates.Length; i++)
                {
                    // Idle threads keep spinning for a while, which would slow down the next candidate.
                    Thread.Sleep(SettlingMilliseconds);
                    double time = candidates[i].Time() / batch;
                    if (round >= 0)
                    {
                        times[i].Add(time);
                    }
                }
            }

            Console.WriteLine();
            Console.WriteLine($"batch {batch}, {turns} rounds              median     min   ratio");
            double first = Median(times[0]);
            for (int i = 0; i < candidates.Length; i++)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{candidates[i].Name,-31} {Median(times[i]),7:F1} {times[i].Min(),7:F1} {first / Median(times[i]),7:F2}"));
            }
        }
    }

    /// <summary>Times whole processes, from their start to the image file, and measures their peak memory.</summary>
    /// <param name="threads">Threads of each candidate.</param>
    /// <param name="rounds">Processes of each candidate.</param>
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
        string[] output = ["--threads", count, "--out", folder.Path, "--overwrite"];
        (string Name, string Program, string[] Arguments)[] candidates =
        [
            ("PyTorch, published", "/usr/bin/python3",
                [
                    Path.Combine(root, "bench/pytorch/attngan_pytorch.py"), "generate", "--weights", folder.Path, "--captions", ids,
                    "--threads", count, "--out", folder.Path,
                ]),
            ("attngan generate", attngan, ["generate", caption, "--model", package, .. output]),
            ("attngan generate, ONNX Runtime", attngan, ["generate", caption, "--model", package, "--engine", "onnxruntime", .. output]),
            ("attngan generate, bundled model", attngan, ["generate", "a red heart", "--model", bundled, .. output]),
        ];
        var times = candidates.Select(_ => new List<double>()).ToList();
        long[] peaks = new long[candidates.Length];
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < candidates.Length; i++)
            {
                (double milliseconds, long peak) = RunProcess(candidates[i].Program, candidates[i].Arguments);
                if (round >= 0)
                {
                    times[i].Add(milliseconds);
                    peaks[i] = Math.Max(peaks[i], peak);
                }
            }
        }

        Console.WriteLine($"whole process, {threads} threads, {rounds} rounds    median ms     min   ratio   peak MB");
        double first = Median(times[0]);
        for (int i = 0; i < candidates.Length; i++)
        {
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{candidates[i].Name,-41} {Median(times[i]),9:F0} {times[i].Min(),7:F0} {first / Median(times[i]),7:F2} "
                    + $"{peaks[i] / 1e6,9:F0}"));
        }
    }

    /// <summary>Writes an untrained model of the published size for birds, with batch normalization statistics as after training.</summary>
    internal static string WriteModel(string folder)
    {
        random.manual_seed(100);
        var config = new AttnGanConfig { Name = "bird" };
        string[] vocabulary = [Vocabulary.End, .. Enumerable.Range(1, 5449).Select(id => $"w{id}")];
        using var textEncoder = new Training.Encoders.TextEncoder(config.TextEncoder, vocabulary.Length);
        using AttentionalGenerator generator = Initialization.Apply(
            new AttentionalGenerator(config.Generator, config.TextEncoder.Embedding, config.Compat));
        UpdateStatistics(textEncoder, generator, config.Generator);
        string source = Path.Combine(folder, "model.safetensors"), package = Path.Combine(folder, "bird.onnx");
        ModelFile.Write(
            source, config, vocabulary, new ModelCard { Name = "bird" }, textEncoder.state_dict(), generator.state_dict(), half: false);
        PyTorchExport.Write(source, folder);
        ModelPackageExport.Write(source, package, new ModelCard(), half: false);
        return package;
    }

    /// <summary>Updates the statistics of batch normalization; without them, an untrained generator only generates gray.</summary>
    private static void UpdateStatistics(Training.Encoders.TextEncoder textEncoder, AttentionalGenerator generator, GeneratorConfig config)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable frozen = no_grad();
        textEncoder.eval();
        generator.train();
        for (int step = 0; step < 20; step++)
        {
            Training.Encoders.TextFeatures text = textEncoder.forward(
                randint(1, 5450, [2, Words], ScalarType.Int64), full(2, Words, ScalarType.Int64));
            generator.forward(new GeneratorInput(text, randn(2, config.Noise), randn(2, config.Condition)));
        }

        generator.eval();
    }

    private static (double Largest, double Deviation) Difference(PyTorchPeer peer, IInferenceEngine engine, ModelPackage model)
    {
        ModelArchitecture a = model.Architecture;
        GeneratorInputs[] inputs = CreateInputs(engine, a, 2);
        IReadOnlyList<float[]> expected = peer.Generate(
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

    private static void Generate(IInferenceEngine engine, ModelArchitecture a, int batch, OutputSelection selection) =>
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
        long begin = Stopwatch.GetTimestamp();
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new AttnGanException($"Cannot start {program}.");
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
                // The process ended in between.
            }
        }

        double elapsed = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        return process.ExitCode == 0
            ? (elapsed, peak)
            : throw new AttnGanException(
                $"{program} {string.Join(' ', arguments)} exited with code {process.ExitCode}: {process.StandardError.ReadToEnd()}");
    }

    internal static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "AttnGan.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new AttnGanException("Run the benchmarks from a checkout of the repository.");
    }

    internal static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }

    internal sealed class BenchmarkFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("attngan-bench-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
