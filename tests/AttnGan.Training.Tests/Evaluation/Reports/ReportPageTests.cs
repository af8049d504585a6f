using System.Text.RegularExpressions;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Tests.Evaluation.Reports;

public sealed partial class ReportPageTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    [Fact]
    public void The_page_has_the_metrics_and_their_conditions()
    {
        string page = Write(ExampleReport.Create());

        // Copied from the report by hand.
        foreach (string text in (string[])
            [
                "1,000 images of 256 pixels after 48,000 training steps,",
                " evaluated with the captions and images of sample, split validation.",
                "Fréchet inception distance", "23.41", "lower is better", "Biased by the count",
                "R-precision", "61.3%", "± 1.3%", "higher is better", "0.4321", "± 0.0200",
                "Inception-v3 (torchvision)", "299 pixels, pooled features", "aaaaaaaaaaaa…", ExampleReport.Features.Checksum,
                ExampleReport.Create().Subject.Checksum!, ExampleReport.Create().Data.Checksum, "1,234 images", "7654321", "0.9",
                "shorter side 1.188 times the size", "AttnGan 0.2.0", "14 March 2026, 15:05 UTC",
                "<strong>diversity</strong>: there is one image &lt;each&gt;",
                "food-drink (120)", "82.0%", "animals-nature",
            ])
        {
            Assert.Contains(text, page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Missing_parts_of_a_report_are_omitted()
    {
        ExampleReport.CreateWithImages(_folder.Path);
        string page = Write(ExampleReport.Create() with
        {
            Subject = new(SubjectKind.Noise, "random pixels", null, 64, null, null),
            Metrics = [ExampleReport.Fid with { Network = null }],
            Networks = [],
            Skipped = [],
            Categories = [],
            Samples = [new("a red heart", null, double.NaN, "generated.png", null)],
        });

        Assert.DoesNotContain("By category", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Worst", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Not measured", page, StringComparison.Ordinal);
        Assert.DoesNotContain("real<", page, StringComparison.Ordinal);
        Assert.Contains("<p class=\"score\"></p>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<svg", page, StringComparison.Ordinal);
        Assert.DoesNotContain("steps", page, StringComparison.Ordinal);
        Assert.Contains("<span class=\"quiet\">none</span>", page, StringComparison.Ordinal);
        Assert.Contains("Baseline: random pixels", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_are_embedded_byte_for_byte()
    {
        string page = Write(ExampleReport.CreateWithImages(_folder.Path));

        string[] sources = [.. Sources().Matches(page).Select(match => match.Groups[1].Value)];
        string generated = $"data:image/png;base64,{Convert.ToBase64String(File.ReadAllBytes(_folder.File("generated.png")))}";
        string real = $"data:image/jpeg;base64,{Convert.ToBase64String(File.ReadAllBytes(_folder.File("real.jpg")))}";
        Assert.Equal([generated, real, generated, generated, real, generated, real], sources);
        Assert.Contains("width=\"16\" height=\"12\" alt=\"generated image for the caption: a red heart\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public void User_input_does_not_become_markup()
    {
        EvaluationReport report = ExampleReport.CreateWithImages(_folder.Path);
        const string Bad = ExampleReport.Hostile;
        string page = Write(report with
        {
            Version = Bad,
            Subject = report.Subject with { Name = Bad, Checksum = Bad },
            Data = new(Bad, Bad, 1, Bad),
            Networks = [new(Bad, Bad, Bad, Bad)],
            Metrics = [ExampleReport.RPrecision with { Name = Bad, Title = Bad, Note = Bad, Network = Bad }],
            Categories = [new(Bad, 1, new Dictionary<string, double> { [Bad] = 0.5 })],
        });

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img src=x", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("\"quoted\"", page, StringComparison.Ordinal);
        Assert.Contains(
            "&lt;script&gt;document.title=&#x27;owned&#x27;&lt;/script&gt; &amp; &quot;quoted&quot;", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_best_and_the_worst_of_many_categories_are_plotted_and_all_are_listed()
    {
        string page = Write(ExampleReport.Create() with
        {
            Categories = [.. Enumerable.Range(0, 40).Select(i => ExampleReport.Category($"class-{i:00}", 7, i / 40.0, i / 40.0))],
        });

        Assert.Contains("The best 12 and the worst 12 of 40 categories", page, StringComparison.Ordinal);
        int start = page.IndexOf("The best 12", StringComparison.Ordinal);
        string plot = page[start..page.IndexOf("</svg>", start, StringComparison.Ordinal)];
        Assert.Equal(
            [.. Enumerable.Range(28, 12).Reverse(), .. Enumerable.Range(0, 12).Reverse()],
            ClassLabels().Matches(plot).Select(match => int.Parse(match.Groups[1].Value)));
        Assert.Equal(40, RowHeads().Count(page));
    }

    [Theory]
    [InlineData("gone.png", "is missing")]
    [InlineData("../elsewhere.png", "is outside the report's folder")]
    [InlineData("/etc/hostname", "is outside the report's folder")]
    [InlineData("text.png", "text.png")]
    public void Images_that_cannot_be_embedded_are_refused_and_no_page_is_written(string image, string problem)
    {
        File.WriteAllText(_folder.File("text.png"), "not an image");
        EvaluationReport report = ExampleReport.Create() with { Worst = [new("a red heart", 1, 0.5, image, null)] };

        string message = Assert.Throws<AttnGanException>(() => ReportPage.Write(report, _folder.Path)).Message;

        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.Contains(image, message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("report.html")));
    }

    [Fact]
    public void A_comparison_shows_samples_of_one_caption_side_by_side()
    {
        Directory.CreateDirectory(_folder.File("a"));
        Directory.CreateDirectory(_folder.File("b"));
        EvaluationReport a = ExampleReport.CreateWithImages(_folder.File("a"));
        EvaluationReport b = ExampleReport.CreateWithImages(_folder.File("b"));
        ScoredImage heart = a.Samples[0];
        a = a with { Samples = [heart with { Seed = 1 }, heart with { Seed = 2 }, heart with { Caption = "only of A" }] };
        b = b with { Samples = [heart with { Caption = "only of B" }, heart with { Seed = 3 }, heart with { Seed = 4 }], Seed = 9 };

        string page = WriteComparison(a, b);

        string[] items = [.. Items().Matches(page).Select(match => match.Value)];
        Assert.Equal(
            [("a red heart", "1|3"), ("a red heart", "2|4"), ("only of A", "42|-"), ("only of B", "-|42")],
            items.Select(item => (
                Captions().Match(item).Groups[1].Value,
                string.Join('|', Sides().Matches(item).Select(side => side.Groups[1].Success ? side.Groups[1].Value : "-")))));
    }

    [Fact]
    public void A_comparison_marks_different_conditions_and_has_no_difference_of_incomparable_metrics()
    {
        EvaluationReport a = ExampleReport.Create() with { Samples = [] };
        EvaluationReport b = a with
        {
            Networks = [ExampleReport.Features with { Checksum = "<other>" }, ExampleReport.Damsm],
            Metrics =
            [
                ExampleReport.Fid with { Value = 10 },
                ExampleReport.RPrecision with { Value = 0.7 },
                ExampleReport.Coverage,
                ExampleReport.Cosine,
            ],
        };

        string page = WriteComparison(a, b);

        Assert.Contains("2 of 4 metrics are comparable; of these B is better in 1 and worse in 0.", page, StringComparison.Ordinal);
        Assert.Contains("not comparable: different evaluation networks (features)", page, StringComparison.Ordinal);
        Assert.Contains("&#x2B;8.7 points", page, StringComparison.Ordinal);
        Assert.Contains("B is better", page, StringComparison.Ordinal);
        Assert.DoesNotContain("B is worse", page, StringComparison.Ordinal);
        Assert.DoesNotContain("-13.4", page, StringComparison.Ordinal);
        Assert.Contains("features: checksum (differs)", page, StringComparison.Ordinal);
        Assert.Contains("1 of 18 differ", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<other>", page, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Write(EvaluationReport report) => File.ReadAllText(ReportPage.Write(report, _folder.Path));

    private string WriteComparison(EvaluationReport a, EvaluationReport b)
    {
        string path = _folder.File("comparison.html");
        ComparisonPage.Write(ReportComparison.Of(a, b), _folder.File("a"), _folder.File("b"), path);
        return File.ReadAllText(path);
    }

    [GeneratedRegex("src=\"([^\"]*)\"")]
    private static partial Regex Sources();

    [GeneratedRegex(@"class-(\d\d) \(7\)<title>")]
    private static partial Regex ClassLabels();

    [GeneratedRegex("<th scope=\"row\">class-")]
    private static partial Regex RowHeads();

    [GeneratedRegex("<li>.*?</li>", RegexOptions.Singleline)]
    private static partial Regex Items();

    [GeneratedRegex("<p class=\"caption\" dir=\"auto\">(.*?)</p>")]
    private static partial Regex Captions();

    [GeneratedRegex("<p class=\"label\">[AB](?:, score [^,]*, seed (\\d+))?</p>")]
    private static partial Regex Sides();
}
