using System.Globalization;
using static AttnGan.Training.Evaluation.Reports.HtmlPage;

namespace AttnGan.Training.Evaluation.Reports;

/// <summary>Two evaluations side by side, for people.</summary>
internal sealed class ComparisonPage
{
    private readonly ReportComparison _comparison;
    private readonly ReportImages _imagesA;
    private readonly ReportImages _imagesB;

    private ComparisonPage(ReportComparison comparison, string folderA, string folderB) =>
        (_comparison, _imagesA, _imagesB) = (comparison, new ReportImages(folderA), new ReportImages(folderB));

    /// <param name="comparison">What it shows.</param>
    /// <param name="folderA">Where the images of A are.</param>
    /// <param name="folderB">Where the images of B are.</param>
    /// <param name="path">The page's file.</param>
    /// <exception cref="AttnGanException">An image is missing, or the file cannot be written.</exception>
    public static void Write(ReportComparison comparison, string folderA, string folderB, string path) => HtmlPage.Write(
        path,
        $"{comparison.A.Subject.Name} and {comparison.B.Subject.Name} · comparison",
        new ComparisonPage(comparison, folderA, folderB).Body());

    private Html Body() => $"""
        <header>
        <p class="kind">Comparison of two evaluations</p>
        <h1><span class="quiet">A</span> {_comparison.A.Subject.Name} <span class="quiet">· B</span> {_comparison.B.Subject.Name}</h1>
        <p class="tagline">{Summary()}</p>
        </header>
        <main>
        {Figures()}
        {Samples()}
        {Dependencies()}
        </main>
        <footer><p>A was evaluated by AttnGan {_comparison.A.Version}, B by AttnGan {_comparison.B.Version}.</p></footer>
        """;

    private string Summary()
    {
        int comparable = _comparison.Metrics.Count(metric => metric.Verdict != MetricVerdict.NotComparable);
        return comparable == 0
            ? "No metric can be compared: the table says why."
            : $"{comparable} of {_comparison.Metrics.Count} metrics can be compared; of these B is better in {Count(MetricVerdict.Better)} and " +
              $"worse in {Count(MetricVerdict.Worse)}.";
    }

    private int Count(MetricVerdict verdict) => _comparison.Metrics.Count(metric => metric.Verdict == verdict);

    private Html Figures() => $"""
        <section>
        <h2>Figures</h2>
        <p>{FigureText.ReadingOfDifferences}</p>
        <div class="scroll"><table class="stack">
        <thead><tr><th scope="col">Metric</th><th scope="col" class="number">A</th><th scope="col" class="number">B</th><th scope="col" class="number">B − A</th><th scope="col">Verdict</th></tr></thead>
        <tbody>
        {_comparison.Metrics.Select(Row)}
        </tbody>
        </table></div>
        {Shares()}
        </section>
        """;

    private static Html Row(MetricComparison metric)
    {
        string style = metric.Verdict switch { MetricVerdict.Better => "sign", MetricVerdict.Worse => "bad", _ => "quiet" };
        return $"""
            <tr><th scope="row" class="whole">{metric.Title}<span class="note">{FigureText.Direction((metric.A ?? metric.B)!)}</span></th>
            <td class="number" data-label="A">{Value(metric.A)}</td>
            <td class="number" data-label="B">{Value(metric.B)}</td>
            <td class="number value" data-label="B − A">{(metric.Difference is null ? "–" : FigureText.Difference(metric))}</td>
            <td class="whole"><span class="{style}">{FigureText.Verdict(metric)}</span></td></tr>

            """;
    }

    private Html? Shares()
    {
        BarRow[] rows = [.. _comparison.Metrics
            .Where(metric => metric is { Verdict: not MetricVerdict.NotComparable, A.IsShare: true })
            .Select(metric => new BarRow(
                metric.Title,
                $"{Value(metric.A)} · {Value(metric.B)}",
                [new Bar(metric.A!.Value, metric.A.Deviation), new Bar(metric.B!.Value, metric.B.Deviation)]))];
        return rows.Length == 0 ? null : Piece($"""
            <div class="plots"><figure>
            <figcaption><h3>Shares that can be compared</h3><p class="key"><span class="first">A</span><span>B</span></p></figcaption>
            {BarPlot.Draw("Two bars, of A and of B, for each share that can be compared; the table above has their figures.", rows, isShare: true)}
            </figure></div>
            """);
    }

    private Html? Samples()
    {
        (ScoredImage? A, ScoredImage? B)[] pairs = [.. Pairs(_comparison.A.Samples, _comparison.B.Samples)];
        return pairs.Length == 0 ? null : Piece($"""
            <section>
            <h2>Samples</h2>
            <p>As they come, not chosen; those of one caption side by side.</p>
            <ul class="images three">
            {pairs.Select(Pair)}
            </ul>
            </section>
            """);
    }

    /// <summary>By caption, in order; a caption that stands several times is matched as often.</summary>
    private static IEnumerable<(ScoredImage? A, ScoredImage? B)> Pairs(IReadOnlyList<ScoredImage> a, IReadOnlyList<ScoredImage> b)
    {
        var left = b.ToList();
        foreach (ScoredImage image in a)
        {
            int match = left.FindIndex(other => other.Caption == image.Caption);
            yield return (image, match < 0 ? null : left[match]);
            if (match >= 0)
            {
                left.RemoveAt(match);
            }
        }

        foreach (ScoredImage image in left)
        {
            yield return (null, image);
        }
    }

    private Html Pair((ScoredImage? A, ScoredImage? B) pair)
    {
        string caption = (pair.A ?? pair.B)!.Caption;
        Html? real = pair.A?.Real is { } ofA ? Real(_imagesA, ofA) : pair.B?.Real is { } ofB ? Real(_imagesB, ofB) : null;
        return $"""
            <li><figure>
            <div class="side">{Side("A", pair.A, _imagesA, _comparison.A)}{Side("B", pair.B, _imagesB, _comparison.B)}{real}</div>
            <figcaption><p class="caption" dir="auto">{caption}</p></figcaption>
            </figure></li>

            """;

        Html Real(ReportImages images, string path) =>
            $"""<div>{images.Draw(path, $"real image with the caption: {caption}")}<p class="label">real</p></div>""";
    }

    private static Html Side(string name, ScoredImage? image, ReportImages images, EvaluationReport report)
    {
        if (image is null)
        {
            return $"""<div><p class="none">not among its samples</p><p class="label">{name}</p></div>""";
        }

        string origin = FigureText.Origin(image);
        string word = ReportPage.ImageWord(report.Subject.Kind);
        return $"""<div>{images.Draw(image.Image, $"{name}, {word} for the caption: {image.Caption}")}<p class="label">{name}{(origin.Length > 0 ? ", " : "")}{origin}</p></div>""";
    }

    private Html Dependencies() => $"""
        <section>
        <h2>What the figures depend on</h2>
        <p>{_comparison.Dependencies.Count(dependency => dependency.Differs).ToString("N0", CultureInfo.InvariantCulture)} of {_comparison.Dependencies.Count} differ; they are marked.</p>
        <div class="scroll"><table class="facts">
        <thead><tr><th scope="col">Condition</th><th scope="col">A</th><th scope="col">B</th></tr></thead>
        <tbody>
        {_comparison.Dependencies.Where(dependency => dependency is not { A: null, B: null }).Select(Row)}
        </tbody>
        </table></div>
        </section>
        """;

    private static Html Row(Dependency dependency) => $"""
        <tr{(dependency.Differs ? Html.Trusted(" class=\"differs\"") : null)}><th scope="row">{dependency.Name}{(dependency.Differs ? " (differs)" : "")}</th><td>{Value(dependency, dependency.A)}</td><td>{Value(dependency, dependency.B)}</td></tr>

        """;

    private static Html? Value(Dependency dependency, string? value) =>
        value is null ? Piece($"none") : dependency.IsChecksum ? Checksum(value) : Piece($"{value}");

    private static string Value(MetricValue? metric) => metric is null ? "–" : FigureText.Value(metric);
}
