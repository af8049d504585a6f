using System.Text.Json.Nodes;

namespace AttnGan.Cli.Tests.Hosting;

/// <summary>Evaluation and generation on the ranks of MPI launchers give the figures and files of one process.</summary>
public sealed class SharedWorkTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    private Workspace Workspace => trained.Workspace;

    [Theory]
    [InlineData(MpiLauncher.OpenMpi, 2)]
    [InlineData(MpiLauncher.Mpich, 3)]
    public void Ranks_evaluate_as_one_process_does(string launcher, int ranks)
    {
        MpiLauncher.Require(launcher);
        string folder = $"evaluated-{ranks}";
        Workspace.Run(Evaluate($"{folder}-one", $"{folder}-one-cache")).HasExitCode(0);

        AttnganProcess.Result shared = Ranks(launcher, ranks, Evaluate(folder, $"{folder}-cache")).HasExitCode(0);

        Assert.Equal(Path.Combine(folder, "report.json"), shared.Output.TrimEnd().Split('\n')[^1]);
        Assert.True(JsonNode.DeepEquals(Report($"{folder}-one"), Report(folder)), $"{Report($"{folder}-one")}\n---\n{Report(folder)}");
        Assert.Equal(Files($"{folder}-one/images"), Files($"{folder}/images"));
        Assert.Equal(Files($"{folder}-one-cache"), Files($"{folder}-cache"));

        // Only the first rank reads the cache: with it, all skip the real images.
        Ranks(launcher, ranks, [.. Evaluate(folder, $"{folder}-cache"), "--overwrite"]).HasExitCode(0);
        Assert.True(JsonNode.DeepEquals(Report($"{folder}-one"), Report(folder)));
    }

    [Theory]
    [InlineData(MpiLauncher.OpenMpi, 2)]
    [InlineData(MpiLauncher.Mpich, 3)]
    public void Ranks_generate_the_files_of_one_process(string launcher, int ranks)
    {
        MpiLauncher.Require(launcher);
        string[] captions = ["a red heart", "a blue circle", "a green star", "a red square", "a blue star"];
        File.WriteAllLines(Workspace.PathOf("captions.txt"), captions);
        string folder = $"generated-{ranks}";
        string expected = Workspace.Run(Generate($"{folder}-one")).HasExitCode(0).Output;

        AttnganProcess.Result shared = Ranks(launcher, ranks, Generate(folder)).HasExitCode(0);

        Assert.EndsWith(expected.Replace($"{folder}-one", folder, StringComparison.Ordinal), shared.Output); // Open MPI prepares a terminal
        Assert.Equal(Files($"{folder}-one"), Files(folder));
        Assert.Equal(5 * 3 * 3, Files(folder).Length);
    }

    [Fact]
    public void Ranks_choose_one_random_seed()
    {
        MpiLauncher.Require(MpiLauncher.OpenMpi);

        string[] generate =
            ["generate", "a red heart", "a blue star", "--model", "run", "--out", "seeds", "--batch-size", "1", "--threads", "1"];
        string output = Ranks(MpiLauncher.OpenMpi, 2, generate).HasExitCode(0).Output;

        string seed = output.Split('\n')[0].Split(' ')[^1];
        Assert.Equal([$"a-blue-star-s{seed}.png", $"a-red-heart-s{seed}.png"], Files("seeds").Select(file => file.Name));
    }

    [Fact]
    public void What_ranks_cannot_share_is_refused_with_one_message()
    {
        MpiLauncher.Require(MpiLauncher.OpenMpi);
        Directory.CreateDirectory(Workspace.PathOf("full"));
        File.WriteAllText(Workspace.PathOf("full/a-red-heart-s1.png"), "");
        string[] heart = ["generate", "a red heart", "--model", "run", "--seed", "1", "--out", "full"];

        Assert.Contains("`--grid` combines images in one file", Refusal([.. heart, "--grid"]));
        Assert.Contains("`--interpolate` combines images", Refusal([.. heart, "--n", "2", "--interpolate", "2"]));
        Assert.Contains("standard input reaches only the first rank", Refusal(["generate", "--captions", "-", "--model", "run"]));
        Assert.Contains("would be replaced", Refusal(heart));
        Assert.Contains("`attngan evaluate --compare` runs in one process", Refusal(["evaluate", "--compare", "a", "b"]));
        Assert.Contains("the dataset has 1 problem", Refusal([.. Evaluate("refused", "refused-cache"), "--split", "nowhere"]));
    }

    private static string[] Evaluate(string folder, string cache) =>
    [
        "evaluate", "--model", "run", "--independent", "run", "--data", "data", "--count", "50", "--out", folder, "--cache", cache,
        "--threads", "1",
    ];

    private static string[] Generate(string folder) =>
    [
        "generate", "--captions", "captions.txt", "--model", "run", "--n", "3", "--seed", "7", "--batch-size", "2", "--all-stages",
        "--attention", "--out", folder, "--threads", "1",
    ];

    private AttnganProcess.Result Ranks(string launcher, int ranks, string[] arguments)
    {
        using var process = AttnganProcess.StartRanks(
            launcher, ranks, Workspace.Root, arguments, ("OMPI_MCA_odls_base_sigkill_timeout", "1"));
        return process.WaitForExit();
    }

    private string Refusal(string[] arguments)
    {
        AttnganProcess.Result result = Ranks(MpiLauncher.OpenMpi, 2, arguments);
        Assert.NotEqual(0, result.ExitCode);
        return Assert.Single(result.Error.Split('\n'), line => line.StartsWith("error: ", StringComparison.Ordinal));
    }

    private JsonObject Report(string folder)
    {
        JsonObject report = JsonNode.Parse(File.ReadAllText(Workspace.PathOf($"{folder}/report.json")))!.AsObject();
        Assert.True(report.Remove("created"));
        return report;
    }

    /// <summary>Returns names and bytes of the files of a folder.</summary>
    private (string Name, string Bytes)[] Files(string folder) =>
    [
        .. Directory.GetFiles(Workspace.PathOf(folder)).Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileName(path), Convert.ToHexString(File.ReadAllBytes(path)))),
    ];
}
