using System.Diagnostics;
using System.Globalization;

namespace AttnGan.Benchmarks;

/// <summary>
/// Bulk generation at the published size for birds: one process of several threads beside as many ranks of one thread, which share the
/// captions through Open MPI. Build src/AttnGan.Train.Cli first.
/// </summary>
internal static class RankBenchmark
{
    private const int Words = 12;

    /// <param name="ranks">Threads of the one process, and number of ranks.</param>
    /// <param name="rounds">Runs of each candidate, which take turns.</param>
    /// <param name="images">Images of each run.</param>
    public static void Run(int ranks, int rounds, int images)
    {
        using var folder = new GenerationBenchmark.BenchmarkFolder();
        string package = GenerationBenchmark.WriteModel(folder.Path);
        string captions = Path.Combine(folder.Path, "captions.txt");
        File.WriteAllLines(captions, Enumerable.Range(0, images).Select(image =>
            string.Join(' ', Enumerable.Range(1, Words).Select(word => $"w{(image * Words % 5000) + word}"))));
        string program = Path.Combine(GenerationBenchmark.RepositoryRoot(), "src/AttnGan.Train.Cli/bin/Release/net10.0/attngan-train");
        string[] generate = ["generate", "--captions", captions, "--model", package, "--seed", "1", "--overwrite", "--out"];
        string alone = Path.Combine(folder.Path, "alone"), shared = Path.Combine(folder.Path, "shared");
        string count = ranks.ToString(CultureInfo.InvariantCulture);
        (string Name, string Program, string[] Arguments)[] candidates =
        [
            ($"1 process, {count} threads", program, [.. generate, alone, "--threads", count]),
            ($"{count} ranks, 1 thread each", "mpirun.openmpi",
                ["-n", count, "--oversubscribe", program, .. generate, shared, "--threads", "1"]),
        ];
        var times = candidates.Select(_ => new List<double>()).ToList();
        for (int round = 0; round < rounds; round++)
        {
            foreach ((int index, (_, string file, string[] arguments)) in candidates.Index())
            {
                times[index].Add(Time(file, arguments));
            }
        }

        double first = GenerationBenchmark.Median(times[0]);
        Console.WriteLine($"{images} images of 256 pixels, {rounds} rounds    median s   images/s   ratio");
        foreach ((int index, (string name, _, _)) in candidates.Index())
        {
            double median = GenerationBenchmark.Median(times[index]);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{name,-44} {median,8:F1} {images / median,10:F1} {first / median,7:F2}"));
        }

        Console.WriteLine(AreEqual(alone, shared) ? "The files are equal." : "The files DIFFER.");
    }

    private static double Time(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        start.Environment["OMPI_MCA_hwloc_base_binding_policy"] = "none";
        var clock = Stopwatch.StartNew();
        using Process process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? clock.Elapsed.TotalSeconds
            : throw new InvalidOperationException($"`{program} {string.Join(' ', arguments)}` ended with {process.ExitCode}.");
    }

    private static bool AreEqual(string first, string second)
    {
        string[] names = [.. Directory.GetFiles(first).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];
        return names.Length > 0 && names.SequenceEqual(
                Directory.GetFiles(second).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)) &&
            names.All(name => File.ReadAllBytes(Path.Combine(first, name)).AsSpan()
                .SequenceEqual(File.ReadAllBytes(Path.Combine(second, name))));
    }
}
