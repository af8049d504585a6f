using AttnGan.Imaging;

namespace AttnGan.Cli.Tests.Generate;

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

    [Fact]
    public void A_bundled_model_has_a_name_unless_a_file_has_it()
    {
        Assert.SkipUnless(File.Exists(Repository.BundledModel), "This checkout has no bundled model.");
        using var workspace = new Workspace();

        workspace.Run("generate", "a red heart", "--model", "emoji", "--seed", "1", "--size", "32").HasExitCode(0);
        Assert.Contains("name: ", workspace.Run("info", "emoji").HasExitCode(0).Output);
        workspace.Run("generate", "a red ring on white", "--model", "shapes", "--seed", "1", "--out", "rings").HasExitCode(0);
        Assert.Equal(64, RgbImage.Load(workspace.PathOf("rings/a-red-ring-on-white-s1.png"), RgbColor.White).Width);
        Assert.Contains("`birds`", workspace.Run("generate", "a red heart", "--model", "birds").HasExitCode(1).Error);

        File.WriteAllText(workspace.PathOf("emoji"), "no model");
        Assert.Contains("`emoji`", workspace.Run("generate", "a red heart", "--model", "emoji").HasExitCode(1).Error);
    }

    [Fact]
    public void Words_that_the_model_lacks_are_read_as_known_ones()
    {
        Assert.SkipUnless(File.Exists(Repository.BundledModel), "This checkout has no bundled model.");
        using var workspace = new Workspace();

        AttnganProcess.Result result = workspace.Run(
            "generate", "a puppy", "a red puppy", "--n", "2", "--seed", "1", "--size", "32", "--grid", "--attention").HasExitCode(0);
        workspace.Run("generate", "a dog", "--seed", "1", "--size", "32").HasExitCode(0);

        Assert.Single(result.Output.Split('\n'), line => line == "puppy, read as dog");
        Assert.Empty(result.Error);
        Assert.Equal(Pixels("out/a-dog-s1.png"), Pixels("out/a-puppy-s1.png"));
        Assert.Equal("puppy, read as dog", ImageMetadata.Read(workspace.PathOf("out/a-puppy-s1.png"))!.Readings);
        Assert.Equal("puppy, read as dog", ImageMetadata.Read(workspace.PathOf("out/grid-s1.png"))!.Readings);
        Assert.Null(ImageMetadata.Read(workspace.PathOf("out/a-dog-s1.png"))!.Readings);
        Assert.Contains("words: puppy, read as dog", workspace.Run("info", "out/a-puppy-s1.png").HasExitCode(0).Output);
        Assert.Matches("readings: [0-9],[0-9]+ other words", workspace.Run("info", "emoji").HasExitCode(0).Output);

        byte[] Pixels(string file) => RgbImage.Load(workspace.PathOf(file), RgbColor.White).Pixels;
    }

    [Fact]
    public void Frames_between_captions_have_the_readings_of_both()
    {
        Assert.SkipUnless(File.Exists(Repository.BundledModel), "This checkout has no bundled model.");
        using var workspace = new Workspace();

        workspace.Run("generate", "a puppy", "a lorry", "--interpolate", "2", "--seed", "1", "--size", "32").HasExitCode(0);

        const string Both = "puppy, read as dog; lorry, read as truck";
        Assert.Equal(Both, ImageMetadata.Read(workspace.PathOf("out/a-puppy-to-a-lorry-s1-f001.png"))!.Readings);
        Assert.Equal(Both, ImageMetadata.Read(workspace.PathOf("out/a-puppy-to-a-lorry-s1-animation.webp"))!.Readings);
    }

    [Fact]
    public void Strict_words_are_refused()
    {
        Assert.SkipUnless(File.Exists(Repository.BundledModel), "This checkout has no bundled model.");
        using var workspace = new Workspace();

        string error = workspace.Run("generate", "puppy", "--strict-words", "--size", "32").HasExitCode(2).Error;
        Assert.Contains("The model knows no word of the caption \"puppy\"", error);
        Assert.Contains(
            "does not know \"puppy\" and ignores it",
            workspace.Run("generate", "a puppy", "--strict-words", "--size", "32").HasExitCode(0).Error);
    }

    [Theory]
    [InlineData("fused")]
    [InlineData("onnxruntime")]
    public void More_threads_than_processors_are_as_many_as_processors(string engine)
    {
        using var workspace = new Workspace();

        workspace.Run("generate", "a star", "--seed", "1", "--size", "32", "--threads", "2147483647", "--engine", engine).HasExitCode(0);
    }

    [Fact]
    public void A_captions_file_without_line_ends_is_refused_early()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test reads /dev/zero.");
        using var workspace = new Workspace();

        string error = workspace.Run("generate", "--captions", "/dev/zero").HasExitCode(1).Error;

        Assert.StartsWith("error: The captions `/dev/zero` cannot be read: line 1 has more than 1048576 characters", error);
        Assert.Equal(1, error.Count(character => character == '\n'));
    }
}
