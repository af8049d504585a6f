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
}
