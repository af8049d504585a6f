using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Tests.Evaluation.Reports;

namespace AttnGan.Cli.Tests.Evaluate;

public sealed class EvaluateComparisonTests : IDisposable
{
    private readonly Workspace _workspace = new();
    private readonly EvaluationReport _a;

    public EvaluateComparisonTests()
    {
        Directory.CreateDirectory(_workspace.PathOf("a"));
        Directory.CreateDirectory(_workspace.PathOf("b"));
        _a = ExampleReport.CreateWithImages(_workspace.PathOf("a"));
        ExampleReport.CreateWithImages(_workspace.PathOf("b"));
        ReportFile.Write(_a, _workspace.PathOf("a"));
    }

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Differences_are_a_table_with_reasons_for_metrics_that_are_not_comparable()
    {
        WriteB(_a with
        {
            Seed = 8,
            Networks = [ExampleReport.Features with { Checksum = new string('9', 64) }, ExampleReport.Damsm],
            Metrics =
            [
                ExampleReport.Fid with { Value = 10 },
                ExampleReport.RPrecision with { Value = 0.7 },
                ExampleReport.Cosine with { Value = 0.44 },
            ],
        });

        AttnganProcess.Result result = _workspace.Run("evaluate", "--compare", "a", "b/report.json").HasExitCode(0);

        Assert.Equal("", result.Error);
        string[][] rows = Rows(result.Output);
        Assert.Contains(["seed", "7654321", "8"], rows);
        Assert.Contains(["features: checksum", "aaaaaaaaaaaa…", "999999999999…"], rows);
        Assert.DoesNotContain(rows, row => row[0] == "split");
        Assert.Contains(
            ["Fréchet inception distance", "23.41", "10.00", "", "not comparable: different evaluation networks (features)"], rows);
        Assert.Contains(["R-precision", "61.3% ± 1.3%", "70.0% ± 1.3%", "+8.7 points", "B is better"], rows);
        Assert.Contains(["Coverage", "48.2%", "", "", "not comparable: only A has it"], rows);
        Assert.Contains(["Cosine of image and caption", "0.4321 ± 0.0200", "0.4400 ± 0.0200", "+0.0079", "within the deviations"], rows);
    }

    [Fact]
    public void Names_in_reports_are_neither_markup_nor_control_sequences()
    {
        WriteB(_a with { Subject = _a.Subject with { Name = "[red]bad[/] [oops \u001b[2J" } });

        string output = _workspace.Run("evaluate", "--compare", "a", "b").HasExitCode(0).Output;

        Assert.Contains("[red]bad[/] [oops  [2J", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public void A_page_shows_the_comparison_with_the_images_of_both_reports()
    {
        WriteB(_a with { Subject = _a.Subject with { Name = "later" } });

        AttnganProcess.Result result = _workspace.Run("evaluate", "--compare", "a", "b", "--out", "pages/comparison.html").HasExitCode(0);

        Assert.EndsWith("pages/comparison.html\n", result.Output, StringComparison.Ordinal);
        string page = File.ReadAllText(_workspace.PathOf("pages/comparison.html"));
        Assert.Contains("<title>emoji and later · comparison</title>", page, StringComparison.Ordinal);
        Assert.Contains(Convert.ToBase64String(File.ReadAllBytes(_workspace.PathOf("b/generated.png"))), page, StringComparison.Ordinal);
        Assert.Equal(["comparison.html"], Directory.GetFiles(_workspace.PathOf("pages")).Select(Path.GetFileName));
    }

    [Fact]
    public void A_missing_report_is_a_failure()
    {
        AttnganProcess.Result result = _workspace.Run("evaluate", "--compare", "a", "b").HasExitCode(1);

        Assert.Contains("There is no evaluation report `b/report.json`", result.Error, StringComparison.Ordinal);
        Assert.Equal("", result.Output);
    }

    [Theory]
    [InlineData("`--seed` applies to evaluation", "--compare", "a", "b", "--seed", "3")]
    [InlineData("`--data` applies to evaluation", "--data", "data", "--compare", "a", "b")]
    [InlineData("`--out out`: with `--compare` expected a file name that ends in .html", "--compare", "a", "b", "--out", "out")]
    [InlineData("'--compare'", "--compare", "a")]
    public void Options_of_evaluation_are_rejected_in_comparisons(string message, params string[] arguments)
    {
        AttnganProcess.Result result = _workspace.Run(["evaluate", .. arguments]).HasExitCode(2);

        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    private void WriteB(EvaluationReport report) => ReportFile.Write(report, _workspace.PathOf("b"));

    /// <summary>Returns the cells of all tables.</summary>
    private static string[][] Rows(string output) =>
    [
        .. output.Split('\n')
            .Where(line => line.StartsWith('│'))
            .Select(line => line.Trim('│').Split('│').Select(cell => cell.Trim()).ToArray()),
    ];
}
