using System.Diagnostics;
using AttnGan.Imaging;
using SkiaSharp;

namespace AttnGan.Cli.Tests.Generate;

/// <summary>A run and the files exported from it, trained once for all tests.</summary>
public sealed class TrainedModel : IDisposable
{
    public TrainedModel()
    {
        Workspace.Run(Workspace.Train()).HasExitCode(0);
        Workspace.Run("export", "run", "-o", "models/tiny.safetensors", "--license", "CC0-1.0", "--description", "for tests").HasExitCode(0);
        Workspace.Run("export", "run", "-o", "models/tiny.onnx", "--license", "CC0-1.0").HasExitCode(0);
    }

    internal Workspace Workspace { get; } = new();

    public void Dispose() => Workspace.Dispose();
}

public sealed class GenerateTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    private const string Model = "models/tiny.onnx";

    private Workspace Workspace => trained.Workspace;

    [Fact]
    public void Run_checkpoint_weights_and_package_draw_the_same_image()
    {
        Workspace.Run("export", "run", "-o", "whole.safetensors", "--no-half").HasExitCode(0);
        Workspace.Run("export", "run", "-o", "whole.onnx", "--no-half").HasExitCode(0);
        Draw("from-run", "a red heart", "--model", "run", "--seed", "42").HasExitCode(0);

        foreach (string model in (string[])[Workspace.Checkpoints("gan")[^1], "whole.safetensors", "whole.onnx"])
        {
            string folder = $"from-{Path.GetFileName(model)}";
            Draw(folder, "a red heart", "--model", model, "--seed", "42").HasExitCode(0);
            Assert.Equal(Image("from-run", "a-red-heart-s42.png"), Image(folder, "a-red-heart-s42.png"));
        }
    }

    [Fact]
    public void The_same_seed_draws_the_same_image_and_another_one_another()
    {
        Draw("first", "a red heart", "--model", Model, "--seed", "42").HasExitCode(0);
        Draw("again", "a red heart", "--model", Model, "--seed", "42", "--threads", "3", "--batch-size", "1").HasExitCode(0);
        Draw("other", "a red heart", "--model", Model, "--seed", "43").HasExitCode(0);

        Assert.Equal(File.ReadAllBytes(PathOf("first", "a-red-heart-s42.png")), File.ReadAllBytes(PathOf("again", "a-red-heart-s42.png")));
        Assert.NotEqual(Image("first", "a-red-heart-s42.png"), Image("other", "a-red-heart-s43.png"));
    }

    /// <summary>
    /// .NET can do without some of the processor's vectors: what remains are AVX2's, or none at all and arithmetic without fused
    /// multiply-add. On processors that lack them anyway there is no difference to see.
    /// </summary>
    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    public void Other_vectors_draw_the_very_same_bytes(string vectors)
    {
        foreach (string[] what in (string[][])[["--all-stages", "--attention"], ["--interpolate", "3", "--truncation", "0.9"]])
        {
            string[] arguments = ["generate", "a red heart", "a blue star", "--model", Model, "--seed", "1", "--engine", "fused", .. what];
            Workspace.Run([.. arguments, "--out", $"all-{vectors}"]).HasExitCode(0);
            AttnganProcess.RunWith((vectors, "0"), Workspace.Root, [.. arguments, "--out", $"fewer-{vectors}"]).HasExitCode(0);
        }

        string[] expected = Files($"all-{vectors}");
        Assert.Equal(6 + 4 + 1, expected.Length);
        Assert.Equal(expected, Files($"fewer-{vectors}"));
        Assert.All(expected, file => Assert.Equal(
            File.ReadAllBytes(PathOf($"all-{vectors}", file)), File.ReadAllBytes(PathOf($"fewer-{vectors}", file))));
    }

    [Fact]
    public void ONNX_Runtime_draws_nearly_the_same_pixels()
    {
        Draw("fused", "a red heart", "--model", Model, "--seed", "4", "--engine", "fused").HasExitCode(0);
        Draw("runtime", "a red heart", "--model", Model, "--seed", "4", "--engine", "onnxruntime").HasExitCode(0);

        Assert.All(
            Image("fused", "a-red-heart-s4.png").Zip(Image("runtime", "a-red-heart-s4.png")),
            pair => Assert.InRange(pair.First - pair.Second, -1, 1)); // rounding to levels
    }

    [Fact]
    public void A_smaller_size_is_the_image_of_an_earlier_stage()
    {
        Draw("sizes", "a red heart", "--model", Model, "--seed", "5", "--all-stages").HasExitCode(0);
        Draw("small", "a red heart", "--model", Model, "--seed", "5", "--size", "16", "--all-stages").HasExitCode(0);

        Assert.Equal(["a-red-heart-s5.png"], Files("small"));
        Assert.Equal(Image("sizes", "a-red-heart-s5-16px.png"), Image("small", "a-red-heart-s5.png"));
        Assert.Contains("`--size 48`: the model draws images of 16, 32 pixels", Refused("a red heart", "--size", "48"));
    }

    [Fact]
    public void Truncation_leaves_less_to_chance()
    {
        foreach (string truncation in (string[])["0.000001", "1", "Infinity"])
        {
            Draw($"t{truncation}", "a red heart", "--model", Model, "--seed", "1", "--n", "2", "--truncation", truncation).HasExitCode(0);
        }

        Draw("t", "a red heart", "--model", Model, "--seed", "1", "--n", "2").HasExitCode(0);

        Assert.Equal(Image("t", "a-red-heart-s1.png"), Image("tInfinity", "a-red-heart-s1.png"));
        Assert.NotEqual(Image("t", "a-red-heart-s1.png"), Image("t1", "a-red-heart-s1.png"));
        Assert.Equal(Image("t0.000001", "a-red-heart-s1.png"), Image("t0.000001", "a-red-heart-s2.png"));
    }

    [Fact]
    public void A_way_through_images_is_all_its_frames_and_an_animation_of_them()
    {
        AttnganProcess.Result result = Draw(
            "way", "a red heart", "a blue star", "--model", Model, "--n", "2", "--seed", "7", "--interpolate", "3", "--frame-time", "40",
            "--grid").HasExitCode(0);

        const string Name = "a-red-heart-to-a-blue-star-s7-to-s8";
        Assert.Equal(
            ["grid-s7.png", $"{Name}-animation.webp", .. Enumerable.Range(0, (3 * 3) + 1).Select(frame => $"{Name}-f00{frame}.png")],
            Files("way").Order(StringComparer.Ordinal).OrderByDescending(file => file.StartsWith("grid", StringComparison.Ordinal)));
        using (var animation = SKCodec.Create(PathOf("way", $"{Name}-animation.webp")))
        {
            Assert.Equal(10, animation.FrameCount);
            Assert.All(animation.FrameInfo, frame => Assert.Equal(40, frame.Duration));
        }

        Assert.Equal(Image("way", $"{Name}-f000.png"), Image("way", $"{Name}-animation.webp")); // its first frame
        Assert.Contains(Path.Combine("way", $"{Name}-animation.webp"), result.Output);

        // Every third frame is an image of its own.
        Draw("stations", "a red heart", "a blue star", "--model", Model, "--n", "2", "--seed", "7").HasExitCode(0);
        string[] stations = ["a-red-heart-s7", "a-red-heart-s8", "a-blue-star-s7", "a-blue-star-s8"];
        Assert.All(stations.Index(), station => Assert.Equal(
            Image("stations", $"{station.Item}.png"), Image("way", $"{Name}-f00{3 * station.Index}.png")));
    }

    [Theory]
    [InlineData("`--interpolate` needs a way to go", "a red heart", "--interpolate", "3")]
    [InlineData("`--interpolate 2000000000` makes 4000000001 frames", "a red heart", "--n", "3", "--interpolate", "2000000000")]
    [InlineData("leave out `--attention`", "a red heart", "--n", "2", "--interpolate", "3", "--attention")]
    [InlineData("leave out `--all-stages`", "a red heart", "--n", "2", "--interpolate", "3", "--all-stages")]
    public void A_way_that_cannot_be_gone_is_refused_before_anything_is_drawn(string reason, params string[] arguments) =>
        Assert.Contains(reason, Refused(arguments));

    [Theory]
    [InlineData("png")]
    [InlineData("webp")]
    [InlineData("jpg")]
    public void Files_say_what_they_show(string format)
    {
        Draw($"said-{format}", "a red heart", "--model", Model, "--seed", "6", "--all-stages", "--attention", "--format", format).HasExitCode(0);

        string[] files = Files($"said-{format}");
        Assert.Equal(3, files.Length);
        Assert.All(files, file => Assert.Equal(
            new ImageMetadata { Caption = "a red heart", Seed = 6, Model = "tiny-test" }, ImageMetadata.Read(PathOf($"said-{format}", file))));
    }

    [Fact]
    public void Frames_and_animation_say_what_they_show()
    {
        Draw("said", "a red heart", "a blue star", "--model", Model, "--seed", "6", "--interpolate", "2").HasExitCode(0);

        // What is between two images is not drawn again by their seed.
        var whole = new ImageMetadata { Caption = "a red heart → a blue star", Model = "tiny-test" };
        const string Name = "a-red-heart-to-a-blue-star-s6";
        Assert.Equal(whole with { Caption = "a red heart", Seed = 6 }, ImageMetadata.Read(PathOf("said", $"{Name}-f000.png")));
        Assert.Equal(whole, ImageMetadata.Read(PathOf("said", $"{Name}-f001.png")));
        Assert.Equal(whole with { Caption = "a blue star", Seed = 6 }, ImageMetadata.Read(PathOf("said", $"{Name}-f002.png")));
        Assert.Equal(whole, ImageMetadata.Read(PathOf("said", $"{Name}-animation.webp")));
    }

    [Fact]
    public void Number_stages_attention_and_grid_make_their_files()
    {
        AttnganProcess.Result result = Draw(
            "all", "a red heart", "a blue star", "--model", Model, "--n", "2", "--seed", "7", "--all-stages", "--attention", "--grid",
            "--format", "webp", "--batch-size", "3").HasExitCode(0);

        string[] files = Files("all");
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

        Assert.Equal(["a-blue-star-s3.png", "a-red-heart-s3.png"], Files("file"));
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
        foreach (string extension in (string[])["onnx", "safetensors"])
        {
            byte[] bytes = File.ReadAllBytes(Workspace.PathOf($"models/tiny.{extension}"));
            File.WriteAllBytes(Workspace.PathOf($"damaged.{extension}"), bytes[..^10]);

            Assert.Contains($"`missing.{extension}`", Draw("x", "a red heart", "--model", $"missing.{extension}").HasExitCode(1).Error);
            Assert.Contains($"damaged.{extension}", Draw("x", "a red heart", "--model", $"damaged.{extension}").HasExitCode(1).Error);
        }

        Assert.False(Directory.Exists(Workspace.PathOf("x")));
    }

    [Fact]
    public void Export_halves_the_weights_unless_told_otherwise_and_replaces_nothing_unasked()
    {
        Workspace.Run("export", "run", "-o", "models/whole.safetensors", "--no-half").HasExitCode(0);

        const string Half = "models/tiny.safetensors";
        Assert.True(new FileInfo(Workspace.PathOf("models/whole.safetensors")).Length > new FileInfo(Workspace.PathOf(Half)).Length);
        Assert.Contains("--overwrite", Workspace.Run("export", "run", "-o", Half).HasExitCode(1).Error);
    }

    private AttnganProcess.Result Draw(string folder, params string[] arguments) => Workspace.Run(
        ["generate", .. arguments, "--out", folder, .. arguments.Contains("--threads") ? [] : (string[])["--threads", "1"]]);

    /// <summary>The error of a command line that draws nothing.</summary>
    private string Refused(params string[] arguments)
    {
        string error = Draw("never", [.. arguments, "--model", Model]).HasExitCode(2).Error;
        Assert.StartsWith("error: ", error);
        Assert.False(Directory.Exists(Workspace.PathOf("never")));
        return error;
    }

    private string PathOf(string folder, string name) => Workspace.PathOf($"{folder}/{name}");

    private string[] Files(string folder) =>
        [.. Directory.GetFiles(Workspace.PathOf(folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private byte[] Image(string folder, string name) => RgbImage.Load(PathOf(folder, name), RgbColor.White).Pixels;
}

public sealed class BundledModelTests
{
    [Fact]
    public void The_bundled_model_is_the_default()
    {
        Assert.SkipUnless(File.Exists(Repository.BundledModel), "This checkout has no bundled model.");
        using var workspace = new Workspace();

        string output = workspace.Run("generate", "a red heart", "--threads", "1", "--seed", "1").HasExitCode(0).Output;
        string model = Repository.BundledModel;
        workspace.Run("generate", "a red heart", "--model", model, "--seed", "1", "--out", "same").HasExitCode(0);

        Assert.Contains(Path.Combine("out", "a-red-heart-s1.png"), output);
        Assert.Equal(
            File.ReadAllBytes(workspace.PathOf("same/a-red-heart-s1.png")), File.ReadAllBytes(workspace.PathOf("out/a-red-heart-s1.png")));
        Assert.Equal(128, RgbImage.Load(workspace.PathOf("out/a-red-heart-s1.png"), RgbColor.White).Width);
    }
}
