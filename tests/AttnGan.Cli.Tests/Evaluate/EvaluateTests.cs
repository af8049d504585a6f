using System.Text.Json;
using AttnGan.Imaging;

namespace AttnGan.Cli.Tests.Evaluate;

public sealed class EvaluateTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    private Workspace Workspace => trained.Workspace;

    [Fact]
    public void A_run_is_evaluated_with_its_own_DAMSM_and_reported()
    {
        AttnganProcess.Result result = Evaluate("own", "--model", "run", "--count", "12", "--split", "train", "--seed", "3").HasExitCode(0);

        using JsonDocument report = Report("own");
        JsonElement root = report.RootElement;
        string[] metrics = [.. root.GetProperty("metrics").EnumerateArray().Select(metric => metric.GetProperty("name").GetString()!)];
        Assert.Equal(
            [
                "fid", "kid", "precision", "precision_recall", "density", "coverage", "image_to_text_r1", "image_to_text_r5",
                "image_to_text_r10", "text_to_image_r1", "text_to_image_r5", "text_to_image_r10", "caption_similarity", "color_accuracy",
                "diversity_features", "diversity_pixels",
            ],
            metrics.Where(name => name.Split('_')[0] is not ("attention" or "shapes" or "object" or "background")));
        Assert.Contains("shapes_accuracy", metrics);
        Assert.Equal("model", Text(report, "subject", "kind"));
        Assert.Equal(32, root.GetProperty("subject").GetProperty("image_size").GetInt32());
        Assert.Equal("tiny-test", Text(report, "subject", "name"));
        Assert.Equal(("data", "train"), (Text(report, "data", "name"), Text(report, "data", "split")));
        Assert.Equal((12, 3), (root.GetProperty("count").GetInt32(), root.GetProperty("seed").GetInt32()));
        Assert.Contains("r_precision", root.GetProperty("skipped").EnumerateArray().Select(entry => entry.GetProperty("name").GetString()));
        Assert.Contains("not measured: r_precision: each image needs 99 captions", result.Output);
        Assert.Contains("not measured: inception_score: ResNet-18 has no classifier", result.Output);
        Assert.Contains("Fréchet distance (ResNet-18 features)", result.Output);
        Assert.Equal(Path.Combine("own", "report.json"), result.Output.TrimEnd().Split('\n')[^1]);
        string sample = root.GetProperty("samples")[0].GetProperty("image").GetString()!;
        Assert.Equal(32, RgbImage.Load(Workspace.PathOf(Path.Combine("own", sample)), RgbColor.White).Width);
        Assert.True(File.Exists(Workspace.PathOf("own/report.html")));
    }

    [Fact]
    public void A_run_and_its_package_have_the_same_metrics_which_are_reproducible()
    {
        Evaluate("run-metrics", "--model", "run", "--count", "10").HasExitCode(0);
        Evaluate("again", "--model", "run", "--count", "10").HasExitCode(0);
        Workspace.Run("export", "run", "-o", "whole.onnx", "--no-half").HasExitCode(0);
        Evaluate("package-metrics", "--model", "whole.onnx", "--damsm", "run", "--count", "10").HasExitCode(0);

        string expected = Metrics("run-metrics");
        Assert.Equal(expected, Metrics("again"));
        Assert.Equal(expected, Metrics("package-metrics"));
    }

    [Theory]
    [InlineData("real")]
    [InlineData("wrong-captions")]
    [InlineData("blurred")]
    [InlineData("repeated")]
    [InlineData("noise")]
    [InlineData("untrained")]
    public void Every_baseline_is_evaluated_like_a_model(string baseline)
    {
        string[] arguments = ["--model", "run", "--count", "10", "--baseline", baseline, "--metrics", "fid,caption_similarity"];
        Evaluate(baseline, arguments).HasExitCode(0);

        using JsonDocument report = Report(baseline);
        Assert.Equal(baseline.Replace('-', '_'), Text(report, "subject", "kind"));
        Assert.Equal(2, report.RootElement.GetProperty("metrics").GetArrayLength());
    }

    [Fact]
    public void Captions_of_another_column_are_evaluated()
    {
        Directory.CreateDirectory(Workspace.PathOf("columns"));
        foreach (string name in (string[])["00.png", "01.png", "02.png"])
        {
            File.Copy(Workspace.PathOf($"data/{name}"), Workspace.PathOf($"columns/{name}"), overwrite: true);
        }

        File.WriteAllText(
            Workspace.PathOf("columns/metadata.csv"), "file_name,alt\n00.png,a red square\n01.png,a red square\n02.png,a red square\n");
        string[] what = ["--model", "run", "--baseline", "real", "--split", "train", "--metrics", "color_accuracy", "--count", "2"];

        AttnganProcess.Result without = Workspace.Run(["evaluate", "--data", "columns", "--out", "columns-no", .. what]);
        AttnganProcess.Result with = Workspace.Run(
            ["evaluate", "--data", "columns", "--out", "columns-yes", "--caption-key", "alt", .. what]);

        Assert.Contains("Name the column with `--caption-key`", without.HasExitCode(1).Error, StringComparison.Ordinal);
        Assert.Contains("Color accuracy", with.HasExitCode(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_of_images_of_another_program_is_evaluated()
    {
        Directory.CreateDirectory(Workspace.PathOf("generated"));
        foreach (string name in (string[])["00.png", "01.png", "a red square 1.png", "04.png"])
        {
            File.Copy(Workspace.PathOf("data/00.png"), Workspace.PathOf($"generated/{name}"), overwrite: true);
        }

        string[] what = ["--images", "generated", "--split", "train", "--metrics", "color_accuracy,fid"];
        AttnganProcess.Result result = Evaluate("outside", what);
        string conflict = Evaluate("conflict", [.. what, "--model", "run"]).HasExitCode(2).Error;
        string statistics = Evaluate("statistics", [.. what, "--reference-stats", "nowhere.npz"]).HasExitCode(1).Error;

        result.HasExitCode(0);
        using JsonDocument report = Report("outside");
        Assert.Equal(("folder", "generated"), (Text(report, "subject", "kind"), Text(report, "subject", "name")));
        Assert.Equal(4, report.RootElement.GetProperty("count").GetInt32());
        Assert.True(File.Exists(Workspace.PathOf("outside/report.html")));
        Assert.Contains("`--model` applies to generated images, which `--images` replaces", conflict);
        Assert.Contains("nowhere.npz", statistics);
    }

    [Fact]
    public void A_package_without_a_DAMSM_asks_for_one()
    {
        string output = Evaluate("some", "--model", "models/tiny.onnx").HasExitCode(0).Output;
        string error = Evaluate("none", "--model", "models/tiny.onnx", "--metrics", "r_precision").HasExitCode(1).Error;

        Assert.Contains("not measured: r_precision: the model has no DAMSM; give one with `--damsm`", output);
        Assert.Contains("not measured: fid: it needs at least 2 real images, and the split has 1", output);
        Assert.Contains("Color accuracy", output);
        Assert.Contains("`r_precision` cannot be measured: the model has no DAMSM", error);
        Assert.Contains("`--damsm`", error);
        Assert.False(File.Exists(Workspace.PathOf("none/report.json")));
    }

    [Fact]
    public void A_split_that_is_too_small_for_a_metric_is_reported_with_its_size()
    {
        string error = Evaluate("small", "--model", "run", "--metrics", "r_precision").HasExitCode(1).Error;

        Assert.Contains("`r_precision` cannot be measured: each image needs 99 captions of other classes, and some have only", error);
        Assert.Contains("the list does not exist", Evaluate("split", "--model", "run", "--split", "nowhere").HasExitCode(1).Error);
    }

    [Fact]
    public void A_report_is_replaced_only_with_overwrite()
    {
        string[] what = ["--model", "run", "--count", "4", "--metrics", "color_accuracy"];
        Evaluate("kept", what).HasExitCode(0);

        Assert.Contains("Add `--overwrite`", Evaluate("kept", what).HasExitCode(1).Error);
        Evaluate("kept", [.. what, "--overwrite"]).HasExitCode(0);
    }

    [Fact]
    public void Ctrl_C_stops_the_evaluation_without_a_report()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The test sends POSIX signals.");
        using var process = AttnganProcess.Start(
            Workspace.Root,
            [
                "evaluate", "--model", "run", "--data", "data", "--threads", "1", "--baseline", "noise", "--count", "1000000", "--metrics",
                "color_accuracy", "--out", "stopped",
            ]);
        process.WaitUntil("the folder exists", () => Directory.Exists(Workspace.PathOf("stopped")));
        process.Signal(AttnganProcess.SigInt);

        Assert.Equal("Stopped.\n", process.WaitForExit().HasExitCode(130).Error);
        Assert.False(File.Exists(Workspace.PathOf("stopped/report.json")));
    }

    private AttnganProcess.Result Evaluate(string folder, params string[] arguments) =>
        Workspace.Run(["evaluate", "--data", "data", "--threads", "1", "--cache", "cache", "--out", folder, .. arguments]);

    private JsonDocument Report(string folder) => JsonDocument.Parse(File.ReadAllText(Workspace.PathOf($"{folder}/report.json")));

    private string Metrics(string folder)
    {
        using JsonDocument report = Report(folder);
        return report.RootElement.GetProperty("metrics").GetRawText();
    }

    private static string Text(JsonDocument report, string part, string key) =>
        report.RootElement.GetProperty(part).GetProperty(key).GetString()!;
}
