namespace AttnGan.Cli.Tests;

/// <summary>Configurations of the published code on the command line.</summary>
public sealed class PublishedConfigTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void What_has_no_effect_is_warned_of_with_what_to_use_instead()
    {
        File.WriteAllText(_workspace.PathOf("bird.yml"), "GPU_ID: 2\nTRAIN: {BATCH_SIZE: 3, ENCODER_LR: 0.002}\nTEXT: {WORDS_NUM: 2}\n");
        AttnganProcess.Result result = _workspace
            .Run("dataset", "check", "data", "--config", "bird.yml", "--set", "gan.batch_size=3", "--threads", "1").HasExitCode(0);
        Assert.Contains("warning: `bird.yml`: `GPU_ID` (line 1) has no effect: choose the device with --device", result.Error, StringComparison.Ordinal);
        Assert.Matches(@"captions cut at data\.max_words\s+│\s+100", result.Output);
    }

    [Fact]
    public void A_key_that_nobody_knows_is_refused_by_name()
    {
        File.WriteAllText(_workspace.PathOf("bird.yml"), "GAN: {GF_DIMENSION: 32}\n");
        AttnganProcess.Result result = _workspace.Run("dataset", "check", "data", "--config", "bird.yml").HasExitCode(1);
        Assert.Contains("`GAN.GF_DIMENSION` (line 1) is no key of the published configurations", result.Error, StringComparison.Ordinal);
    }
}
