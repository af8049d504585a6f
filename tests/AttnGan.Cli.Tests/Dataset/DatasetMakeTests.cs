using AttnGan.Imaging;

namespace AttnGan.Cli.Tests.Dataset;

public sealed class DatasetMakeTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Shapes_are_a_dataset_that_check_accepts()
    {
        AttnganProcess.Result made = _workspace.Run("dataset", "make", "shapes", "--count", "40", "--out", "shapes").HasExitCode(0);
        Assert.Contains("shapes: 40 images", made.Output, StringComparison.Ordinal);

        string report = _workspace.Run("dataset", "check", "shapes", "--config", "tiny.yml", "--threads", "1").HasExitCode(0).Output;
        Assert.Matches(@"train\D+32\D", report);
        Assert.DoesNotContain("masks/", report, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_of_a_dataset_are_shown_with_their_captions()
    {
        _workspace.Run("dataset", "make", "shapes", "--count", "40", "--out", "shapes").HasExitCode(0);

        string output = _workspace.Run("dataset", "show", "shapes", "--count", "9", "-o", "grid.png").HasExitCode(0).Output;

        Assert.Contains("grid.png: 9 of 32 images of the split train", output, StringComparison.Ordinal);
        var grid = RgbImage.Load(_workspace.PathOf("grid.png"), RgbColor.White);
        Assert.InRange(grid.Width, 3 * 128, 3 * 150);
        Assert.InRange(grid.Height, 3 * 150, 3 * 220); // with captions
        Assert.Contains(
            "`--overwrite`", _workspace.Run("dataset", "show", "shapes", "-o", "grid.png").HasExitCode(1).Error, StringComparison.Ordinal);
        foreach (string other in (string[])["grid.txt", "grid.gif"])
        {
            Assert.Contains(
                "expected the extension", _workspace.Run("dataset", "show", "shapes", "-o", other).HasExitCode(2).Error,
                StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--count", "9")]
    [InlineData("--size", "16")]
    public void Numbers_out_of_range_are_usage_errors(string option, string value)
    {
        string error = _workspace.Run("dataset", "make", "shapes", option, value, "--out", "shapes").HasExitCode(2).Error;

        Assert.Contains(option, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_workspace.PathOf("shapes")));
    }
}
