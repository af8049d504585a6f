using System.Diagnostics;
using AttnGan.Imaging;
using SkiaSharp;

namespace AttnGan.Cli.Tests.Generate;

public sealed class GenerateTests(TrainedModel trained) : IClassFixture<TrainedModel>
{
    private const string Model = "models/tiny.onnx";

    private Workspace Workspace => trained.Workspace;

    [Fact]
    public void Run_checkpoint_weights_and_package_generate_the_same_image()
    {
        Workspace.Run("export", "run", "-o", "whole.safetensors", "--no-half").HasExitCode(0);
        Workspace.Run("export", "run", "-o", "whole.onnx", "--no-half").HasExitCode(0);
        Generate("from-run", "a red heart", "--model", "run", "--seed", "42").HasExitCode(0);

        foreach (string model in (string[])[Workspace.Checkpoints("gan")[^1], "whole.safetensors", "whole.onnx"])
        {
            string folder = $"from-{Path.GetFileName(model)}";
            Generate(folder, "a red heart", "--model", model, "--seed", "42").HasExitCode(0);
            Assert.Equal(Image("from-run", "a-red-heart-s42.png"), Image(folder, "a-red-heart-s42.png"));
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_image_and_another_seed_another_image()
    {
        Generate("first", "a red heart", "--model", Model, "--seed", "42").HasExitCode(0);
        Generate("again", "a red heart", "--model", Model, "--seed", "42", "--threads", "3", "--batch-size", "1").HasExitCode(0);
        Generate("other", "a red heart", "--model", Model, "--seed", "43").HasExitCode(0);

        Assert.Equal(File.ReadAllBytes(PathOf("first", "a-red-heart-s42.png")), File.ReadAllBytes(PathOf("again", "a-red-heart-s42.png")));
        Assert.NotEqual(Image("first", "a-red-heart-s42.png"), Image("other", "a-red-heart-s43.png"));
    }

    [Fact]
    public void A_device_that_this_program_lacks_is_refused_before_anything_is_written()
    {
        AttnganProcess.Result missing = Generate("device", "a red heart", "--model", Model, "--device", "cuda").HasExitCode(1);
        Assert.Contains("has no device `cuda` (CUDAExecutionProvider), only ", missing.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Workspace.PathOf("device")));

        AttnganProcess.Result unknown = Generate("device", "a red heart", "--model", Model, "--device", "gpu").HasExitCode(2);
        Assert.Contains("`--device gpu`: expected cpu, cuda", unknown.Error, StringComparison.Ordinal);
    }

    /// <summary>
    /// Disables some vector instructions in .NET, which leaves AVX2, or no vectors and no fused multiply-add. On processors without these
    /// instructions the test compares the same code.
    /// </summary>
    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    public void Other_vector_instructions_give_the_same_bytes(string vectors)
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
    public void ONNX_Runtime_gives_nearly_the_same_pixels()
    {
        Generate("fused", "a red heart", "--model", Model, "--seed", "4", "--engine", "fused").HasExitCode(0);
        Generate("runtime", "a red heart", "--model", Model, "--seed", "4", "--engine", "onnxruntime").HasExitCode(0);

        Assert.All(
            Image("fused", "a-red-heart-s4.png").Zip(Image("runtime", "a-red-heart-s4.png")),
            pair => Assert.InRange(pair.First - pair.Second, -1, 1)); // rounding to levels
    }

    [Fact]
    public void A_smaller_size_is_the_image_of_an_earlier_stage()
    {
        Generate("sizes", "a red heart", "--model", Model, "--seed", "5", "--all-stages").HasExitCode(0);
        Generate("small", "a red heart", "--model", Model, "--seed", "5", "--size", "16", "--all-stages").HasExitCode(0);

        Assert.Equal(["a-red-heart-s5.png"], Files("small"));
        Assert.Equal(Image("sizes", "a-red-heart-s5-16px.png"), Image("small", "a-red-heart-s5.png"));
        Assert.Contains("The model generates no images of 48 pixels; use one of 16, 32.", Rejected("a red heart", "--size", "48"));
    }

    [Fact]
    public void Truncation_reduces_the_variety()
    {
        foreach (string truncation in (string[])["0.000001", "1", "Infinity"])
        {
            Generate($"t{truncation}", "a red heart", "--model", Model, "--seed", "1", "--n", "2", "--truncation", truncation)
                .HasExitCode(0);
        }

        Generate("t", "a red heart", "--model", Model, "--seed", "1", "--n", "2").HasExitCode(0);

        Assert.Equal(Image("t", "a-red-heart-s1.png"), Image("tInfinity", "a-red-heart-s1.png"));
        Assert.NotEqual(Image("t", "a-red-heart-s1.png"), Image("t1", "a-red-heart-s1.png"));
        Assert.Equal(Image("t0.000001", "a-red-heart-s1.png"), Image("t0.000001", "a-red-heart-s2.png"));
    }

    [Fact]
    public void An_interpolation_writes_all_frames_and_an_animation()
    {
        AttnganProcess.Result result = Generate(
            "interpolation", "a red heart", "a blue star", "--model", Model, "--n", "2", "--seed", "7", "--interpolate", "3",
            "--frame-time", "40", "--grid").HasExitCode(0);

        const string Name = "a-red-heart-to-a-blue-star-s7-to-s8";
        Assert.Equal(
            ["grid-s7.png", $"{Name}-animation.webp", .. Enumerable.Range(0, (3 * 3) + 1).Select(frame => $"{Name}-f00{frame}.png")],
            Files("interpolation")
                .Order(StringComparer.Ordinal)
                .OrderByDescending(file => file.StartsWith("grid", StringComparison.Ordinal)));
        using (var animation = SKCodec.Create(PathOf("interpolation", $"{Name}-animation.webp")))
        {
            Assert.Equal(10, animation.FrameCount);
            Assert.All(animation.FrameInfo, frame => Assert.Equal(40, frame.Duration));
        }

        Assert.Equal(Image("interpolation", $"{Name}-f000.png"), Image("interpolation", $"{Name}-animation.webp")); // its first frame
        Assert.Contains(Path.Combine("interpolation", $"{Name}-animation.webp"), result.Output);

        // Every third frame is one of the images themselves.
        Generate("images", "a red heart", "a blue star", "--model", Model, "--n", "2", "--seed", "7").HasExitCode(0);
        string[] names = ["a-red-heart-s7", "a-red-heart-s8", "a-blue-star-s7", "a-blue-star-s8"];
        Assert.All(names.Index(), name => Assert.Equal(
            Image("images", $"{name.Item}.png"), Image("interpolation", $"{Name}-f00{3 * name.Index}.png")));
    }

    [Theory]
    [InlineData("`--interpolate` needs at least two images", "a red heart", "--interpolate", "3")]
    [InlineData("`--interpolate 2000000000` makes 4000000001 frames", "a red heart", "--n", "3", "--interpolate", "2000000000")]
    [InlineData("leave out `--attention`", "a red heart", "--n", "2", "--interpolate", "3", "--attention")]
    [InlineData("leave out `--all-stages`", "a red heart", "--n", "2", "--interpolate", "3", "--all-stages")]
    public void An_impossible_interpolation_is_rejected_before_generation(string reason, params string[] arguments) =>
        Assert.Contains(reason, Rejected(arguments));

    [Theory]
    [InlineData("png")]
    [InlineData("webp")]
    [InlineData("jpg")]
    public void Files_contain_their_caption_seed_and_model(string format)
    {
        string[] outputs = ["--all-stages", "--attention", "--format", format];
        Generate($"metadata-{format}", ["a red heart", "--model", Model, "--seed", "6", .. outputs]).HasExitCode(0);

        string[] files = Files($"metadata-{format}");
        Assert.Equal(3, files.Length);
        Assert.All(files, file => Assert.Equal(
            new ImageMetadata { Caption = "a red heart", Seed = 6, Model = "tiny-test" },
            ImageMetadata.Read(PathOf($"metadata-{format}", file))));
    }

    [Fact]
    public void Frames_and_animation_contain_their_captions()
    {
        Generate("metadata", "a red heart", "a blue star", "--model", Model, "--seed", "6", "--interpolate", "2").HasExitCode(0);

        // A frame between two images cannot be regenerated from a seed.
        var metadata = new ImageMetadata { Caption = "a red heart → a blue star", Model = "tiny-test" };
        const string Name = "a-red-heart-to-a-blue-star-s6";
        Assert.Equal(metadata with { Caption = "a red heart", Seed = 6 }, ImageMetadata.Read(PathOf("metadata", $"{Name}-f000.png")));
        Assert.Equal(metadata, ImageMetadata.Read(PathOf("metadata", $"{Name}-f001.png")));
        Assert.Equal(metadata with { Caption = "a blue star", Seed = 6 }, ImageMetadata.Read(PathOf("metadata", $"{Name}-f002.png")));
        Assert.Equal(metadata, ImageMetadata.Read(PathOf("metadata", $"{Name}-animation.webp")));
    }

    [Fact]
    public void Number_stages_attention_and_grid_write_their_files()
    {
        AttnganProcess.Result result = Generate(
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
    public void A_random_seed_is_printed()
    {
        AttnganProcess.Result result = Generate("random", "a red heart", "--model", Model).HasExitCode(0);

        string seed = result.Output.Split('\n')[0]["seed ".Length..];
        Assert.True(File.Exists(Workspace.PathOf($"random/a-red-heart-s{seed}.png")));
    }

    [Fact]
    public void Files_are_replaced_only_with_overwrite()
    {
        Generate("kept", "a red heart", "--model", Model, "--seed", "1").HasExitCode(0);
        File.WriteAllText(Workspace.PathOf("kept/a-red-heart-s1.png"), "mine");

        string error = Generate("kept", "a red heart", "--model", Model, "--seed", "1").HasExitCode(1).Error;

        Assert.Contains("--overwrite", error);
        Assert.Equal("mine", File.ReadAllText(Workspace.PathOf("kept/a-red-heart-s1.png")));
        Generate("kept", "a red heart", "--model", Model, "--seed", "1", "--overwrite").HasExitCode(0);
        Assert.NotEqual("mine", File.ReadAllText(Workspace.PathOf("kept/a-red-heart-s1.png")));
    }

    [Fact]
    public void Unknown_words_cause_warnings_with_suggestions()
    {
        string error = Generate("unknown", "a red hart zorgle", "--model", Model).HasExitCode(0).Error;

        Assert.Contains("does not know \"hart\" and ignores it (near: heart", error);
        Assert.Contains("does not know \"zorgle\"", error);
    }

    [Fact]
    public void A_caption_of_only_unknown_words_is_rejected_before_generation()
    {
        string error = Generate("refused", "a red heart", "zorgle hart", "!?", "--model", Model).HasExitCode(2).Error;

        Assert.Contains("no word of the caption \"zorgle hart\"", error);
        Assert.Contains("near: heart", error);
        Assert.Contains("\"!?\" has no words", error);
        Assert.False(Directory.Exists(Workspace.PathOf("refused")));
    }

    [Fact]
    public void Captions_are_read_from_a_file_with_one_per_line()
    {
        File.WriteAllText(Workspace.PathOf("captions.txt"), "a red heart\n\n  a blue star \r\n");

        Generate("file", "--captions", "captions.txt", "--model", Model, "--seed", "3").HasExitCode(0);

        Assert.Equal(["a-blue-star-s3.png", "a-red-heart-s3.png"], Files("file"));
    }

    [Fact]
    public async Task A_signal_before_generation_ends_the_command_immediately()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The test sends POSIX signals.");
        string pipe = Workspace.PathOf("pipe.txt");
        using (var make = Process.Start("mkfifo", [pipe]))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        using var process = AttnganProcess.Start(Workspace.Root, "generate", "--captions", "pipe.txt", "--model", Model);

        // Opens once the command reads captions, which are never written.
        await using FileStream captions = await Task.Run(
            () => new FileStream(pipe, FileMode.Open, FileAccess.Write), TestContext.Current.CancellationToken);
        process.Signal(AttnganProcess.SigInt);

        process.WaitForExit().HasExitCode(130);
    }

    [Fact]
    public void A_missing_or_damaged_model_is_named()
    {
        foreach (string extension in (string[])["onnx", "safetensors"])
        {
            byte[] bytes = File.ReadAllBytes(Workspace.PathOf($"models/tiny.{extension}"));
            File.WriteAllBytes(Workspace.PathOf($"damaged.{extension}"), bytes[..^10]);

            Assert.Contains($"`missing.{extension}`", Generate("x", "a red heart", "--model", $"missing.{extension}").HasExitCode(1).Error);
            Assert.Contains($"damaged.{extension}", Generate("x", "a red heart", "--model", $"damaged.{extension}").HasExitCode(1).Error);
        }

        Assert.False(Directory.Exists(Workspace.PathOf("x")));
    }

    [Fact]
    public void Export_writes_16_bit_weights_by_default_and_replaces_files_only_with_overwrite()
    {
        Workspace.Run("export", "run", "-o", "models/whole.safetensors", "--no-half").HasExitCode(0);

        const string Half = "models/tiny.safetensors";
        Assert.True(new FileInfo(Workspace.PathOf("models/whole.safetensors")).Length > new FileInfo(Workspace.PathOf(Half)).Length);
        Assert.Contains("--overwrite", Workspace.Run("export", "run", "-o", Half).HasExitCode(1).Error);
    }

    private AttnganProcess.Result Generate(string folder, params string[] arguments) => Workspace.Run(
        ["generate", .. arguments, "--out", folder, .. arguments.Contains("--threads") ? [] : (string[])["--threads", "1"]]);

    /// <summary>Returns the error of a command line that must be rejected before generation.</summary>
    private string Rejected(params string[] arguments)
    {
        string error = Generate("never", [.. arguments, "--model", Model]).HasExitCode(2).Error;
        Assert.StartsWith("error: ", error);
        Assert.False(Directory.Exists(Workspace.PathOf("never")));
        return error;
    }

    private string PathOf(string folder, string name) => Workspace.PathOf($"{folder}/{name}");

    private string[] Files(string folder) =>
        [.. Directory.GetFiles(Workspace.PathOf(folder)).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    private byte[] Image(string folder, string name) => RgbImage.Load(PathOf(folder, name), RgbColor.White).Pixels;
}
