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
