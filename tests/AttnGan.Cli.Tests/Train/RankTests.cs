using System.Diagnostics;
using System.Text.Json;

namespace AttnGan.Cli.Tests.Train;

/// <summary><c>attngan train</c> on the ranks of MPI launchers.</summary>
public sealed class RankTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [InlineData(MpiLauncher.OpenMpi)]
    [InlineData(MpiLauncher.Mpich)]
    public void Two_ranks_write_the_run_of_one_process(string launcher)
    {
        MpiLauncher.Require(launcher);
        _workspace.Run(TrainShared("one")).HasExitCode(0);

        AttnganProcess.Result training = Ranks(launcher, 2, TrainShared("two")).HasExitCode(0);

        Assert.Contains("2 ranks", training.Output);
        Assert.Single(training.Output.Split('\n'), line => line.StartsWith("The training is complete", StringComparison.Ordinal));
        Assert.Equal(Files("one"), Files("two"));
        foreach ((JsonElement one, JsonElement two) in Log("one").Zip(Log("two")))
        {
            foreach (JsonProperty value in one.EnumerateObject().Where(value => value.Name is "words0" or "loss" or "d32" or "g_total"))
            {
                double expected = value.Value.GetDouble();
                Assert.Equal(expected, two.GetProperty(value.Name).GetDouble(), 1e-3 * Math.Max(1, Math.Abs(expected)));
            }
        }
    }

    [Theory]
    [InlineData(MpiLauncher.OpenMpi, AttnganProcess.SigTerm)]
    [InlineData(MpiLauncher.Mpich, AttnganProcess.SigInt)]
    public void A_signal_to_the_launcher_saves_and_stops_and_another_number_of_ranks_resumes(string launcher, int signal)
    {
        MpiLauncher.Require(launcher);
        using (AttnganProcess training = StartEndless(launcher, 4))
        {
            training.Signal(signal);
            string error = training.WaitForExit().Error;

            Assert.Contains($"Stopped; step {_workspace.LastStep("damsm")} is saved.", error);
        }

        long saved = _workspace.LastStep("damsm");
        string epochs = $"damsm.epochs={saved + 2}";
        Ranks(launcher, 2, ["train", "damsm", .. Workspace.Resume()[1..], "--set", epochs]).HasExitCode(0);
        Assert.True(_workspace.LastStep("damsm") > saved);
    }

    [Theory]
    [InlineData(MpiLauncher.OpenMpi)]
    [InlineData(MpiLauncher.Mpich)]
    public void A_killed_rank_ends_all_and_the_run_can_be_resumed(string launcher)
    {
        MpiLauncher.Require(launcher);
        int[] ranks;
        using (AttnganProcess training = StartEndless(launcher, 2))
        {
            ranks = RanksOf(training);
            Assert.Equal(2, ranks.Length);
            using (var victim = Process.GetProcessById(ranks[1]))
            {
                victim.Kill();
            }

            var clock = Stopwatch.StartNew();
            Assert.NotEqual(0, training.WaitForExit().ExitCode);
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), $"The job ended after {clock.Elapsed}.");
        }

        Assert.True(SpinWait.SpinUntil(() => !ranks.Any(IsRunning), TimeSpan.FromMinutes(1)), "A rank is still running.");
        long saved = _workspace.LastStep("damsm");
        _workspace.Run("train", "damsm", "--data", "data", "--run", "run", "--resume", "--threads", "1", "--set", $"damsm.epochs={saved}")
            .HasExitCode(0);
    }

    [Fact]
    public void An_image_that_cannot_be_read_ends_all_with_one_message()
    {
        MpiLauncher.Require(MpiLauncher.OpenMpi);
        string image = _workspace.PathOf("data/04.png");
        byte[] bytes = File.ReadAllBytes(image);
        File.WriteAllBytes(image, bytes[..(bytes.Length / 2)]);

        AttnganProcess.Result training = Ranks(MpiLauncher.OpenMpi, 2, TrainShared("run"));

        Assert.NotEqual(0, training.ExitCode);
        string message = Assert.Single(training.Error.Split('\n'), line => line.StartsWith("error: ", StringComparison.Ordinal));
        Assert.Matches($"^error: rank [01] on {Environment.MachineName}: ", message);
        Assert.Contains("04.png", training.Error);
    }

    [Fact]
    public void What_ranks_cannot_do_is_refused_with_one_message()
    {
        MpiLauncher.Require(MpiLauncher.OpenMpi);

        Assert.Contains("`attngan info` runs in one process", Refusal(2, ["info"]));
        Assert.Contains("`damsm.batch_size` is 4, which 3 ranks cannot share", Refusal(3, TrainShared("run")));
        Assert.Contains("`data.skip_damaged` requires one process", Refusal(2, TrainShared("run", "--set", "data.skip_damaged=true")));
        Assert.Contains(
            "`compat.misaligned_attention_mask` requires one process",
            Refusal(2, TrainShared("run", "--set", "compat.misaligned_attention_mask=true")));
        Assert.Contains(
            "no MPI library can be loaded (tried /nowhere/libmpi.so)",
            Refusal(2, TrainShared("run"), ("ATTNGAN_MPI", "/nowhere/libmpi.so")));
    }

    [Fact]
    public void The_library_of_another_launcher_is_refused()
    {
        MpiLauncher.Require(MpiLauncher.OpenMpi);
        MpiLauncher.Require(MpiLauncher.Mpich);

        Assert.Contains("belong to different MPI installations", Refusal(2, TrainShared("run"), ("ATTNGAN_MPI", "libmpich.so.12")));
    }

    private static string[] TrainShared(string run, params string[] more) =>
    [
        "train", "--data", "data", "--config", "tiny.yml", "--run", run, "--threads", "1",
        "--set", "damsm.batch_size=4", "--set", "gan.batch_size=4", .. more,
    ];

    private AttnganProcess.Result Ranks(string launcher, int ranks, string[] arguments, (string, string)? variable = null)
    {
        using var process = AttnganProcess.StartRanks(launcher, ranks, _workspace.Root, arguments, variable);
        return process.WaitForExit();
    }

    /// <summary>Starts a training that does not end, and returns after a few steps.</summary>
    private AttnganProcess StartEndless(string launcher, int ranks)
    {
        string[] train =
            ["train", "damsm", .. TrainShared("run")[1..], "--set", "damsm.epochs=100000", "--set", "damsm.batch_size=8"];
        var process = AttnganProcess.StartRanks(launcher, ranks, _workspace.Root, train);
        process.WaitUntil("a checkpoint is saved", () => _workspace.Checkpoints("damsm").Length > 1);
        return process;
    }

    private string Refusal(int ranks, string[] arguments, (string, string)? variable = null)
    {
        AttnganProcess.Result result = Ranks(MpiLauncher.OpenMpi, ranks, arguments, variable);
        Assert.NotEqual(0, result.ExitCode);
        return Assert.Single(result.Error.Split('\n'), line => line.StartsWith("error: ", StringComparison.Ordinal));
    }

    private string[] Files(string run) =>
    [
        .. Directory.GetFiles(_workspace.PathOf(run), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_workspace.PathOf(run), path)).Order(StringComparer.Ordinal),
    ];

    private IEnumerable<JsonElement> Log(string run) => new[] { "damsm", "gan" }
        .SelectMany(kind => File.ReadLines(_workspace.PathOf($"{run}/{kind}/log.jsonl")))
        .Select(line => JsonDocument.Parse(line).RootElement);

    /// <summary>Returns the processes below a launcher that run the command.</summary>
    private static int[] RanksOf(AttnganProcess launcher)
    {
        Dictionary<int, (int Parent, string Command)> processes = [];
        foreach (string folder in Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            try
            {
                // "12 (name) S 3": number, name, state, parent.
                string[] fields = File.ReadAllText(Path.Combine(folder, "stat")).Split(") ")[^1].Split(' ');
                processes[Number(Path.GetFileName(folder))] = (Number(fields[1]), File.ReadAllText(Path.Combine(folder, "cmdline")));
            }
            catch (IOException)
            {
                // The process has just ended.
            }
        }

        return [.. processes.Keys.Where(id => IsBelow(id) && IsRank(processes[id].Command)).Order()];

        bool IsBelow(int id) => processes.TryGetValue(id, out (int Parent, string) process) &&
            (process.Parent == launcher.Id || IsBelow(process.Parent));

        static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

        static bool IsRank(string command) => command.StartsWith(AttnganProcess.Dotnet, StringComparison.Ordinal);
    }

    /// <summary>Returns false also for a process that has ended but that its new parent has not taken note of.</summary>
    private static bool IsRunning(int id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
