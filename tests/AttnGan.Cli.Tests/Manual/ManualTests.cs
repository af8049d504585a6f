namespace AttnGan.Cli.Tests.Manual;

public sealed class ManualTests
{
    private static readonly string s_folder = AppContext.BaseDirectory;

    [Fact]
    public void The_manual_has_every_command_and_the_date_of_reproducible_builds()
    {
        string manual = AttnganProcess.RunWith(("SOURCE_DATE_EPOCH", "1764374400"), s_folder, "manual").HasExitCode(0).Output;

        Assert.StartsWith(".Dd November 29, 2025\n.Dt ATTNGAN 1\n", manual);
        Assert.All(
            (string[])["generate CAPTION", "train damsm", "evaluate", @"runs compare \&RUN", "dataset make shapes", "serve", "manual"],
            command => Assert.Contains($"\n.Ss attngan {command}\n", manual));
        Assert.Contains(".It Fl \\-output Ar PATH , Fl o Ar PATH\n", manual);
        Assert.DoesNotContain("completion list", manual);
    }

    [Fact]
    public void Mandoc_finds_no_fault()
    {
        Tool.SkipWithout("mandoc");
        string manual = AttnganProcess.Run(s_folder, "manual").HasExitCode(0).Output;

        (int exitCode, string output) = Tool.Run("mandoc", manual, "-Tlint", "-W", "style");

        Assert.True(exitCode == 0, output);
        string text = Tool.Run("mandoc", manual, "-Tutf8").Output;
        Assert.Contains("attngan generate \"a red heart\" \"a blue bird\" --n 4 --seed 42 --grid --attention", text);
    }
}
