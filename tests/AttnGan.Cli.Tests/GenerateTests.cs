using System.Diagnostics;
using AttnGan.Imaging;

namespace AttnGan.Cli.Tests;

/// <summary>A run and the model file exported from it, trained once for all tests.</summary>
public sealed class TrainedModel : IDisposable
{
    public TrainedModel()
    {
        Workspace.Run(Workspace.Train()).HasExitCode(0);
        Workspace.Run("export", "run", "-o", "models/tiny.safetensors", "--license", "CC0-1.0", "--description", "for tests").HasExitCode(0);
    }

    internal Workspace Workspace { get; } = new();

    public void Dispose() => Workspace.Dispose();
}

public sealed class GenerateTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    private const string Model = "models/tiny.safetensors";

    private Workspace Workspace => trained.Workspace;

    [Fact]
    public void The_same_seed_draws_the_same_picture_from_run_checkpoint_and_model()
    {
        string checkpoint = Workspace.Checkpoints("gan")[^1];
        Draw("from-run", "a red heart", "--model", "run", "--seed", "42").HasExitCode(0);
        Draw("from-checkpoint", "a red heart", "--model", checkpoint, "--seed", "42").HasExitCode(0);
        Draw("from-model", "a red heart", "--model", Model, "--seed", "42").HasExitCode(0);
        Draw("again", "a red heart", "--model", Model, "--seed", "42").HasExitCode(0);
        Draw("other", "a red heart", "--model", Model, "--seed", "43").HasExitCode(0);

        byte[] first = Picture("from-model", "a-red-heart-s42.png");
        Assert.Equal(Picture("from-run", "a-red-heart-s42.png"), Picture("from-checkpoint", "a-red-heart-s42.png"));
        Assert.Equal(first, Picture("again", "a-red-heart-s42.png"));
        Assert.NotEqual(first, Picture("other", "a-red-heart-s43.png"));
    }

    [Fact]
    public void Number_stages_attention_and_grid_make_their_files()
    {
        AttnganProcess.Result result = Draw(
            "all", "a red heart", "a blue star", "--model", Model, "--n", "2", "--seed", "7", "--all-stages", "--attention", "--grid",
            "--format", "webp", "--batch-size", "3").HasExitCode(0);

        string[] files = [.. Directory.GetFiles(Workspace.PathOf("all")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        Assert.Equal(
            [
                .. new[] { "a-blue-star", "a-red-heart" }.SelectMany(caption => new[] { 7, 8 }, (caption, seed) => $"{caption}-s{seed}")
                    .SelectMany(name => new[] { $"{name}-16px.webp", $"{name}-attention.png", $"{name}.webp" }),
                "grid-s7.webp",
            ],
            files);
        Assert.All(files, file => Assert.Contains(Path.Combine("all", file), result.Output));
        Assert.Contains("stage 2 attended to ", result.Output);
        Assert.Equal(32, RgbImage.Load(Workspace.PathOf("all/a-red-heart-s7.webp"), RgbColor.White).Width);
    }

    [Fact]
    public void Without_a_seed_the_chosen_one_is_printed()
    {
        AttnganProcess.Result result = Draw("random", "a red heart", "--model", Model).HasExitCode(0);

        string seed = result.Output.Split('\n')[0]["seed ".Length..];
        Assert.True(File.Exists(Workspace.PathOf($"random/a-red-heart-s{seed}.png")));
    }

    [Fact]
    public void Files_are_replaced_only_when_asked()
    {
        Draw("kept", "a red heart", "--model", Model, "--seed", "1").HasExitCode(0);
        File.WriteAllText(Workspace.PathOf("kept/a-red-heart-s1.png"), "mine");

        string error = Draw("kept", "a red heart", "--model", Model, "--seed", "1").HasExitCode(1).Error;

        Assert.Contains("--overwrite", error);
        Assert.Equal("mine", File.ReadAllText(Workspace.PathOf("kept/a-red-heart-s1.png")));
        Draw("kept", "a red heart", "--model", Model, "--seed", "1", "--overwrite").HasExitCode(0);
        Assert.NotEqual("mine", File.ReadAllText(Workspace.PathOf("kept/a-red-heart-s1.png")));
    }

    [Fact]
    public void Unknown_words_are_named_with_near_ones()
    {
        string error = Draw("unknown", "a red hart zorgle", "--model", Model).HasExitCode(0).Error;

        Assert.Contains("does not know \"hart\" and ignores it (near: heart", error);
        Assert.Contains("does not know \"zorgle\"", error);
    }

    [Fact]
    public void A_caption_of_unknown_words_alone_is_refused_before_anything_is_drawn()
    {
        string error = Draw("refused", "a red heart", "zorgle hart", "!?", "--model", Model).HasExitCode(2).Error;

        Assert.Contains("no word of the caption \"zorgle hart\"", error);
        Assert.Contains("near: heart", error);
        Assert.Contains("\"!?\" has no words", error);
        Assert.False(Directory.Exists(Workspace.PathOf("refused")));
    }

    [Fact]
    public void Captions_come_from_a_file_a_line_each()
    {
        File.WriteAllText(Workspace.PathOf("captions.txt"), "a red heart\n\n  a blue star \r\n");

        Draw("file", "--captions", "captions.txt", "--model", Model, "--seed", "3").HasExitCode(0);

        Assert.Equal(
            ["a-blue-star-s3.png", "a-red-heart-s3.png"],
            Directory.GetFiles(Workspace.PathOf("file")).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_signal_before_there_is_anything_to_bring_to_an_end_ends_the_command_at_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Signals are sent as POSIX has them.");
        string pipe = Workspace.PathOf("pipe.txt");
        using (var make = Process.Start("mkfifo", [pipe]))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        using var drawing = AttnganProcess.Start(Workspace.Root, "generate", "--captions", "pipe.txt", "--model", Model);

        // Opens once the command reads captions, which never come.
        await using FileStream captions = await Task.Run(
            () => new FileStream(pipe, FileMode.Open, FileAccess.Write), TestContext.Current.CancellationToken);
        drawing.Signal(AttnganProcess.SigInt);

        drawing.WaitForExit().HasExitCode(130);
    }

    [Fact]
    public void A_model_that_is_not_there_or_damaged_is_named()
    {
        byte[] bytes = File.ReadAllBytes(Workspace.PathOf(Model));
        bytes[^10] ^= 0xff;
        File.WriteAllBytes(Workspace.PathOf("damaged.safetensors"), bytes);

        Assert.Contains("`missing.safetensors`", Draw("x", "a red heart", "--model", "missing.safetensors").HasExitCode(1).Error);
        Assert.Contains("damaged.safetensors", Draw("x", "a red heart", "--model", "damaged.safetensors").HasExitCode(1).Error);
    }

    [Fact]
    public void Export_halves_the_weights_unless_told_otherwise_and_replaces_nothing_unasked()
    {
        Workspace.Run("export", "run", "-o", "models/whole.safetensors", "--no-half").HasExitCode(0);

        Assert.True(new FileInfo(Workspace.PathOf("models/whole.safetensors")).Length > new FileInfo(Workspace.PathOf(Model)).Length);
        Assert.Contains("--overwrite", Workspace.Run("export", "run", "-o", Model).HasExitCode(1).Error);
    }

    private AttnganProcess.Result Draw(string folder, params string[] arguments) =>
        Workspace.Run(["generate", .. arguments, "--out", folder, "--threads", "1"]);

    private byte[] Picture(string folder, string name) => RgbImage.Load(Workspace.PathOf($"{folder}/{name}"), RgbColor.White).Pixels;
}

public sealed class BundledModelTests
{
    [Fact]
    public void The_bundled_model_is_the_default()
    {
        Assert.SkipUnless(File.Exists(Path.Combine(Repository.Root, "models", "emoji.onnx")), "This checkout has no bundled model.");
        using var workspace = new Workspace();

        string output = workspace.Run("generate", "a red heart", "--threads", "1", "--seed", "1").HasExitCode(0).Output;

        Assert.Contains(Path.Combine("out", "a-red-heart-s1.png"), output);
        Assert.True(File.Exists(workspace.PathOf("out/a-red-heart-s1.png")));
    }
}
