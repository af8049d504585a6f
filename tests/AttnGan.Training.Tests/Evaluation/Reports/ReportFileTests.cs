using System.Text.Json.Nodes;
using AttnGan.Training.Evaluation.Reports;

namespace AttnGan.Training.Tests.Evaluation.Reports;

public sealed class ReportFileTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    private string Path => _folder.File("report.json");

    [Fact]
    public void What_is_written_is_read_back()
    {
        EvaluationReport report = ExampleReport.CreateWithImages(_folder.Path) with
        {
            Metrics = [ExampleReport.Fid with { Value = double.NaN }, ExampleReport.RPrecision],
        };

        Assert.Equal(Path, ReportFile.Write(report, _folder.Path));

        Assert.Equivalent(report, ReportFile.Read(_folder.Path), strict: true);
        Assert.Equivalent(report, ReportFile.Read(Path), strict: true);
        Assert.Equal(["drawn.png", "real.jpg", "report.json"], Directory.GetFiles(_folder.Path).Select(System.IO.Path.GetFileName).Order());
    }

    [Fact]
    public void Keys_are_snake_case_and_kinds_are_words()
    {
        ReportFile.Write(ExampleReport.Create() with { Subject = ExampleReport.Create().Subject with { Kind = SubjectKind.WrongCaptions } }, _folder.Path);

        JsonNode json = JsonNode.Parse(File.ReadAllText(Path))!;
        Assert.Equal(1, (int)json["format"]!);
        Assert.Equal("wrong_captions", (string)json["subject"]!["kind"]!);
        Assert.Equal(48_000, (long)json["subject"]!["training_steps"]!);
        Assert.True((bool)json["metrics"]![1]!["is_share"]!);
        Assert.Equal(0.58, (double)json["categories"]![0]!["values"]!["r_precision"]!);
        Assert.Contains("\n  \"subject\"", File.ReadAllText(Path), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_of_later_versions_are_passed_over()
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
    public void Another_format_is_refused_before_its_fields()
    {
        File.WriteAllText(Path, """{ "format": 2, "all": "else is other" }""");

        Assert.Contains("is of format 2; this version reads format 1", Refusal(Path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not JSON", "not a whole evaluation report")]
    [InlineData("[]", "it does not say its `format`")]
    [InlineData("{}", "it does not say its `format`")]
    [InlineData("""{ "format": "1" }""", "is of format \"1\"")]
    [InlineData("""{ "format": 1 }""", "'version'")]
    public void Other_files_are_refused(string text, string problem)
    {
        File.WriteAllText(Path, text);

        string refusal = Refusal(Path);
        Assert.Contains(problem, refusal, StringComparison.Ordinal);
        Assert.Contains($"`{Path}`", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_and_impossible_fields_are_named()
    {
        Refuses(json => json["subject"]!.AsObject().Remove("image_size"), "'image_size'");
        Refuses(json => json["metrics"]![0]!.AsObject().Remove("value"), "'value'");
        Refuses(json => json["data"]!["name"] = null, "$.data.name");
        Refuses(json => json["subject"]!["kind"] = "sculpture", "$.subject.kind");
        Refuses(json => json["networks"]![0] = null, "one of its lists has `null` in it");
        Refuses(json => json["metrics"]![1]!["name"] = "fid", "the metric `fid` stands there twice");
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
