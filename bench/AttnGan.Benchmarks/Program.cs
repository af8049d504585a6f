using AttnGan.Benchmarks;
using AttnGan.Training.Torch;

// dotnet run -c Release --project bench/AttnGan.Benchmarks -- training [damsm|gan] [--data DIR] [--config FILE] [--steps N] [--threads N]
//     [--device auto|cpu|cuda] [--set KEY=VALUE] [--warm-up N]
string Option(string name, string fallback) =>
    Array.IndexOf(args, name) is var index and >= 0 && index + 1 < args.Length ? args[index + 1] : fallback;

double Number(string name, string fallback) => double.Parse(Option(name, fallback), System.Globalization.CultureInfo.InvariantCulture);

int threads = int.Parse(Option("--threads", Environment.ProcessorCount.ToString()));
int steps = int.Parse(Option("--steps", "30"));
switch (args.FirstOrDefault())
{
    case "training":
        var training = new TrainingBenchmark(
            Option("--data", "datasets/sample"),
            Option("--config", "configs/emoji.yml"),
            [.. args.Zip(args.Skip(1)).Where(pair => pair.First == "--set").Select(pair => pair.Second)],
            steps,
            int.Parse(Option("--warm-up", "5")),
            threads,
            Enum.Parse<DeviceChoice>(Option("--device", "cpu"), ignoreCase: true));
        return args.ElementAtOrDefault(1) is "damsm" or "gan" ? training.Run(args[1]) : training.RunBoth(args);
    case "step":
        StepBenchmark.Run(Option("--data", "datasets/sample"), int.Parse(Option("--batch", "4")), steps, threads);
        return 0;
    case "damsm-loss":
        DamsmLossBenchmark.Run(steps, threads);
        return 0;
    case "generation":
        GenerationBenchmark.Run(threads, steps);
        return 0;
    case "process":
        GenerationBenchmark.RunProcesses(threads, steps);
        return 0;
    case "ranks":
        RankBenchmark.Run(threads, steps, int.Parse(Option("--images", "100")));
        return 0;
    case "exchange":
        ExchangeBenchmark.Run(steps, threads);
        return 0;
    case "scaling":
        new ScalingPlan(
            Option("--config", "configs/bird.yml"),
            Number("--fixed", "1.37"),
            Number("--image", "1.155"),
            Number("--share", "0.5"),
            int.Parse(Option("--exchanges", "155")),
            Number("--latency", "50"),
            Number("--buffer", "4"),
            Number("--link", "0.85"),
            int.Parse(Option("--images", "20"))).Print();
        return 0;
    case "layers":
        LayerBenchmark.Run(threads, steps);
        return 0;
    case "mask-defect":
        TorchSharp.torch.set_num_threads(threads);
        MaskDefectBenchmark.Run(
            Option("--reference", "tests/AttnGan.Training.Tests/Fixtures/generator.safetensors"),
            Option("--model", "") is { Length: > 0 } model ? model : null,
            Option("--data", "datasets/sample"));
        return 0;
    default:
        Console.Error.WriteLine(
            "usage: training [damsm|gan]|step|damsm-loss|generation|process|ranks|exchange|scaling|layers|mask-defect " +
            "[--data DIR] [--config FILE] " +
            "[--steps N] [--warm-up N] [--threads N] [--device auto|cpu|cuda] [--set KEY=VALUE] [--batch N] [--images N] [--model PATH] " +
            "[--fixed S] [--image S] [--share X] [--exchanges N] [--latency MICROSECONDS] [--buffer MEGABYTES] [--link X]");
        return 2;
}
