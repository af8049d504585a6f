using System.Text.Json;

namespace AttnGan.Cli.Tests.Dataset;

public sealed class DatasetCheckTests
{
    [Fact]
    public void The_bundled_sample_is_valid()
    {
        AttnganProcess.Result result = AttnganProcess
            .Run(Repository.Root, "dataset", "check", "datasets/sample", "--config", "configs/tiny.yml", "--threads", "1")
            .HasExitCode(0);

        Assert.Contains("Training would accept this dataset", result.Output);
        Assert.Contains("vocabulary", result.Output);
        Assert.Empty(result.Error);
    }

    [Fact]
    public void Broken_files_are_reported_with_exit_code_1_and_counted()
    {
        using var workspace = new Workspace();
        for (int i = 0; i < 12; i++)
        {
            File.WriteAllText(workspace.PathOf($"data/{i:00}.png"), $"no image {i}");
        }

        string output = workspace.Run("dataset", "check", "data", "--threads", "1").HasExitCode(1).Output;

        Assert.All(Enumerable.Range(0, 3), i => Assert.Contains($"error {i:00}.png: ", output));
        Assert.DoesNotContain("error 03.png: ", output);
        Assert.Contains("… and 9 more of this kind (`--json` lists all)", output);
        Assert.Contains("Training would fail: 12 errors", output);
    }

    [Fact]
    public void Json_output_contains_the_problems_and_nothing_else_is_printed()
    {
        using var workspace = new Workspace();
        File.WriteAllText(workspace.PathOf("data/03.png"), "no image");

        string output = workspace.Run("dataset", "check", "data", "--json", "--threads", "1").HasExitCode(1).Output;

        JsonElement report = JsonDocument.Parse(output).RootElement;
        Assert.False(report.GetProperty("would_train").GetBoolean());
        JsonElement problem = Assert.Single(
            report.GetProperty("problems").EnumerateArray(), entry => entry.GetProperty("severity").GetString() == "error");
        Assert.Equal("03.png", problem.GetProperty("file").GetString());
    }

    [Fact]
    public void Too_few_images_for_a_batch_are_an_error_only_if_the_batch_size_is_configured()
    {
        using var workspace = new Workspace();

        string byDefault = workspace.Run("dataset", "check", "data", "--threads", "1").HasExitCode(0).Output;
        string chosen = workspace.Run("dataset", "check", "data", "--set", "damsm.batch_size=50", "--threads", "1").HasExitCode(1).Output;

        Assert.Contains("warning (training split)", byDefault);
        Assert.Contains("`damsm.batch_size` is 50", chosen);
    }

    [Fact]
    public void Of_many_identical_images_few_are_listed()
    {
        using var workspace = new Workspace();
        for (int i = 1; i < 9; i++)
        {
            File.Copy(workspace.PathOf("data/00.png"), workspace.PathOf($"data/{i:00}.png"), overwrite: true);
        }

        string output = workspace.Run("dataset", "check", "data", "--threads", "1").Output;

        Assert.Contains("  00.png = 01.png = 02.png = 03.png = 04.png = … (4 more)", output);
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        string output = AttnganProcess.Run(Repository.Root, "dataset", "check", "no-such-folder").HasExitCode(1).Output;

        Assert.Contains("no-such-folder", output);
    }
}
