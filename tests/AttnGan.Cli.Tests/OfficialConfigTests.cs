namespace AttnGan.Cli.Tests;

/// <summary>Configurations of the official code on the command line.</summary>
public sealed class OfficialConfigTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Keys_without_effect_cause_warnings_with_alternatives()
    {
        File.WriteAllText(_workspace.PathOf("bird.yml"), "GPU_ID: 2\nTRAIN: {BATCH_SIZE: 3, ENCODER_LR: 0.002}\nTEXT: {WORDS_NUM: 2}\n");
        AttnganProcess.Result result = _workspace
            .Run("dataset", "check", "data", "--config", "bird.yml", "--set", "gan.batch_size=3", "--threads", "1").HasExitCode(0);
        Assert.Contains(
            "warning: `bird.yml`: `GPU_ID` (line 1) has no effect: select the device with --device",
            result.Error,
            StringComparison.Ordinal);
        Assert.Matches(@"captions truncated to data\.max_words\s+│\s+100", result.Output);
    }

    [Fact]
    public void Unknown_keys_are_rejected_by_name()
    {
        File.WriteAllText(_workspace.PathOf("bird.yml"), "GAN: {GF_DIMENSION: 32}\n");
        AttnganProcess.Result result = _workspace.Run("dataset", "check", "data", "--config", "bird.yml").HasExitCode(1);
        Assert.Contains("`GAN.GF_DIMENSION` (line 1) is not a key of official configurations", result.Error, StringComparison.Ordinal);
    }
}
