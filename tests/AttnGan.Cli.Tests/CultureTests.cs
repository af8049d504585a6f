using System.Text.Json;
using System.Text.RegularExpressions;

namespace AttnGan.Cli.Tests;

/// <summary>
/// Numbers are read and written the same under every culture, also where .NET has the data of cultures: a decimal comma (de_DE), letters
/// without a dot (tr_TR), another minus sign (fa_IR), another calendar (ar_SA).
/// </summary>
public sealed class CultureTests : IDisposable
{
    private readonly Workspace _workspace = new();

    public static TheoryData<string> Cultures => ["de_DE", "tr_TR", "fa_IR", "ar_SA"];

    public void Dispose() => _workspace.Dispose();

    [Theory]
    [MemberData(nameof(Cultures))]
    public void Generate_reads_options_and_writes_files_and_output_the_same(string culture)
    {
        string[] arguments =
            ["generate", "A RED HEART IS BIG", "--truncation", "0.5", "--seed", "-3", "--attention", "--threads", "1", "--overwrite"];
        string expected = _workspace.Run([.. arguments, "--out", "expected"]).HasExitCode(0).Output;

        string actual = RunIn(culture, [.. arguments, "--out", "actual"]).HasExitCode(0).Output;

        Assert.Equal(expected.Replace("expected", "actual", StringComparison.Ordinal), actual);
        Assert.Contains("attended to", actual);
        Assert.All(Directory.GetFiles(_workspace.PathOf("expected")), file => Assert.Equal(
            File.ReadAllBytes(file), File.ReadAllBytes(_workspace.PathOf($"actual/{Path.GetFileName(file)}"))));
        Assert.Contains("`--truncation -0.5`", RunIn(culture, "generate", "a star", "--truncation", "-0.5").HasExitCode(2).Error);
    }

    [Theory]
    [MemberData(nameof(Cultures))]
    public void Training_reads_settings_and_writes_configuration_and_log_the_same(string culture)
    {
        string[] arguments = ["train", "damsm", .. Workspace.Train("--set", "damsm.learning_rate=0.00025")[1..]];
        _workspace.Run(arguments).HasExitCode(0);
        string expectedConfig = File.ReadAllText(_workspace.PathOf("run/config.yml"));
        string[] expectedLog = LogOf("run");
        Directory.Delete(_workspace.PathOf("run"), recursive: true);

        string output = RunIn(culture, arguments).HasExitCode(0).Output;

        Assert.Contains("learning_rate: 0.00025", expectedConfig);
        Assert.Equal(expectedConfig, File.ReadAllText(_workspace.PathOf("run/config.yml")));
        Assert.Equal(expectedLog, LogOf("run"));
        Assert.Matches("loss [0-9]+\\.[0-9]+", output);
        Assert.DoesNotMatch("[0-9],[0-9]{1,2}\\b", output);
    }

    [Fact]
    public void A_decimal_comma_is_refused_in_every_culture() => Assert.Contains(
        "0,5", RunIn("de_DE", "generate", "a star", "--truncation", "0,5").HasExitCode(2).Error);

    private AttnganProcess.Result RunIn(string culture, params string[] arguments)
    {
        AttnganProcess.Result result = AttnganProcess.RunIn(culture, _workspace.Root, arguments);
        Assert.SkipWhen(
            result.Error.Contains("valid ICU package", StringComparison.Ordinal), "The data of cultures (ICU) are not installed.");
        return result;
    }

    /// <summary>Returns the numbers of a log, without those that depend on the time.</summary>
    private string[] LogOf(string run) =>
    [
        .. File.ReadLines(_workspace.PathOf($"{run}/damsm/log.jsonl")).Select(line => string.Join(
            ", ",
            JsonDocument.Parse(line).RootElement.EnumerateObject()
                .Where(member => !Regex.IsMatch(member.Name, "time|second|per_"))
                .Select(member => $"{member.Name}: {member.Value.GetRawText()}"))),
    ];
}
