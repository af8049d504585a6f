using System.Text.RegularExpressions;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Tests.Evaluation.Reports;
using Microsoft.Playwright;

namespace AttnGan.Web.Tests;

/// <summary>Evaluation reports, opened from disk as after a download.</summary>
[Collection(nameof(Browsing))]
public sealed partial class EvaluationPageTests : IDisposable
{
    private static readonly BrowserNewContextOptions s_phone = new()
    {
        ViewportSize = new ViewportSize { Width = 375, Height = 800 },
        IsMobile = true,
        ColorScheme = ColorScheme.Dark,
    };

    private readonly Chromium _chromium;
    private readonly string _folder = Directory.CreateTempSubdirectory("attngan-web-").FullName;
    private readonly PageOnDisk _report;
    private readonly PageOnDisk _comparison;

    public EvaluationPageTests(Chromium chromium)
    {
        _chromium = chromium;
        EvaluationReport report = ExampleReport.CreateWithImages(_folder);
        EvaluationReport other = report with
        {
            Seed = 3,
            Networks = [ExampleReport.Features with { Checksum = "another" }, ExampleReport.Damsm],
            Metrics =
            [
                ExampleReport.Fid,
                ExampleReport.RPrecision with { Value = 0.4 },
                ExampleReport.Coverage,
                ExampleReport.Cosine with { Value = 0.9 },
            ],
            Samples = [.. report.Samples.Take(1), report.Best[0]],
        };
        _report = new(new Uri(ReportPage.Write(report, _folder)));
        string path = Path.Combine(_folder, "comparison.html");
        ComparisonPage.Write(ReportComparison.Of(report, other), _folder, _folder, path);
        _comparison = new(new Uri(path));
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Axe_finds_no_violations(ColorScheme scheme)
    {
        foreach (PageOnDisk file in (PageOnDisk[])[_report, _comparison])
        {
            await using PageDriver page = await PageDriver.OpenAsync(
                _chromium, file, options: new BrowserNewContextOptions { ColorScheme = scheme });
            await page.Page.EvaluateAsync("document.querySelectorAll('details').forEach(details => details.open = true)");
            await page.IsAccessibleAsync($"{file.Page.Segments[^1]}, {scheme}");
        }
    }

    [Fact]
    public async Task Phones_do_not_scroll_sideways()
    {
        foreach (PageOnDisk file in (PageOnDisk[])[_report, _comparison])
        {
            await using PageDriver page = await PageDriver.OpenAsync(_chromium, file, options: s_phone);
            Assert.All(await page.WidthsAsync(), width => Assert.Equal(375, width));
        }
    }

    [Fact]
    public async Task Captions_are_escaped_and_images_are_embedded()
    {
        await using PageDriver page = await PageDriver.OpenAsync(_chromium, _report);

        Assert.Equal("emoji · evaluation", await page.Page.TitleAsync());
        Assert.Equal(
            ["a red heart", ExampleReport.Hostile, "a yellow star", "a gray elephant"],
            await page.Page.Locator(".caption").AllTextContentsAsync());
        int[] widths = await page.Page.EvaluateAsync<int[]>(
            "Promise.all([...document.images].map(async image => (await image.decode(), image.naturalWidth)))");
        Assert.Equal(Enumerable.Repeat(16, 7), widths);
        Assert.All(page.Requests, request => Assert.True(request == _report.Page || request.Scheme == "data", $"{request}"));
    }

    [Fact]
    public void Colors_and_fonts_are_those_of_the_page()
    {
        using var reader = new StreamReader(typeof(ReportPage).Assembly.GetManifestResourceStream("report.css")!);
        string[] variables = [.. Variables().Matches(reader.ReadToEnd()).Select(match => match.Value)];

        Assert.True(variables.Length > 10, $"Found only {variables.Length} variables.");
        string page = File.ReadAllText(Path.Combine(Repository.Root, "src/AttnGan.Server/wwwroot/style.css"));
        Assert.Subset(Variables().Matches(page).Select(match => match.Value).ToHashSet(), variables.ToHashSet());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [GeneratedRegex(@"^  --[a-z-]+: .*;$", RegexOptions.Multiline)]
    private static partial Regex Variables();

    private sealed record PageOnDisk(Uri Page) : IPageHost;
}
