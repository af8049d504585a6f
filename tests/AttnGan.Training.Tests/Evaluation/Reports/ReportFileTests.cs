using System.Text.Json.Nodes;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Tests.Evaluation.Reports;

public sealed class ReportFileTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    private string Path => _folder.File("report.json");

    [Fact]
    public void Reports_round_trip()
    {
        EvaluationReport report = ExampleReport.CreateWithImages(_folder.Path) with
        {
            Metrics = [ExampleReport.Fid with { Value = double.NaN }, ExampleReport.RPrecision],
        };

        Assert.Equal(Path, ReportFile.Write(report, _folder.Path));

        Assert.Equivalent(report, ReportFile.Read(_folder.Path), strict: true);
        Assert.Equivalent(report, ReportFile.Read(Path), strict: true);
        Assert.Equal(
            ["generated.png", "real.jpg", "report.json"], Directory.GetFiles(_folder.Path).Select(System.IO.Path.GetFileName).Order());
    }

    [Fact]
    public void Members_are_in_snake_case_and_kinds_are_names()
    {
        EvaluationReport report = ExampleReport.Create();
        ReportFile.Write(report with { Subject = report.Subject with { Kind = SubjectKind.WrongCaptions } }, _folder.Path);

        JsonNode json = JsonNode.Parse(File.ReadAllText(Path))!;
        Assert.Equal(1, (int)json["format"]!);
        Assert.Equal("wrong_captions", (string)json["subject"]!["kind"]!);
        Assert.Equal(48_000, (long)json["subject"]!["training_steps"]!);
        Assert.True((bool)json["metrics"]![1]!["is_share"]!);
        Assert.Equal(0.58, (double)json["categories"]![0]!["values"]!["r_precision"]!);
        Assert.Contains("\n  \"subject\"", File.ReadAllText(Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_members_are_ignored()
    {
        Change(json => json["invented_later"] = 1);

        Assert.Equal(ExampleReport.Create().Subject, ReportFile.Read(Path).Subject);
    }

    [Fact]
    public void A_missing_report_is_named()
    {
        Assert.Contains($"There is no evaluation report `{Path}`", Refusal(_folder.Path), StringComparison.Ordinal);
        Assert.Contains("`attngan evaluate`", Refusal(_folder.File("nowhere/report.json")), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_format_is_refused_before_its_members_are_read()
    {
        File.WriteAllText(Path, """{ "format": 2, "all": "else is other" }""");

        Assert.Contains("has format 2; this version reads format 1", Refusal(Path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not JSON", "not a valid evaluation report")]
    [InlineData("[]", "it has no `format`")]
    [InlineData("{}", "it has no `format`")]
    [InlineData("""{ "format": "1" }""", "has format \"1\"")]
    [InlineData("""{ "format": 1 }""", "'version'")]
    public void Files_that_are_not_reports_are_refused(string text, string problem)
    {
        File.WriteAllText(Path, text);

        string refusal = Refusal(Path);
        Assert.Contains(problem, refusal, StringComparison.Ordinal);
        Assert.Contains($"`{Path}`", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_and_invalid_members_are_named()
    {
        Refuses(json => json["subject"]!.AsObject().Remove("image_size"), "'image_size'");
        Refuses(json => json["metrics"]![0]!.AsObject().Remove("value"), "'value'");
        Refuses(json => json["data"]!["name"] = null, "$.data.name");
        Refuses(json => json["subject"]!["kind"] = "sculpture", "$.subject.kind");
        Refuses(json => json["networks"]![0] = null, "one of its lists contains `null`");
        Refuses(json => json["metrics"]![1]!["name"] = "fid", "it has the metric `fid` twice");
        Refuses(json => json["networks"]![1]!["role"] = "features", "two networks have the role `features`");
        Refuses(json => json["networks"]!.AsArray().RemoveAt(1), "the metric `r_precision` refers to a network `damsm`");
    }

    public void Dispose() => _folder.Dispose();

    private static string Refusal(string path) => Assert.Throws<AttnGanException>(() => ReportFile.Read(path)).Message;

    private void Refuses(Action<JsonNode> change, string problem)
    {
        Change(change);
        Assert.Contains(problem, Refusal(Path), StringComparison.Ordinal);
    }

    private void Change(Action<JsonNode> change)
    {
        ReportFile.Write(ExampleReport.Create(), _folder.Path);
        JsonNode json = JsonNode.Parse(File.ReadAllText(Path))!;
        change(json);
        File.WriteAllText(Path, json.ToJsonString());
    }
}
