using System.Globalization;
using AttnGan.Training.Evaluation.Metrics;
using static AttnGan.Training.Evaluation.Reports.HtmlPage;

namespace AttnGan.Training.Evaluation.Reports;

/// <summary>The comparison of two evaluations as a page.</summary>
internal sealed class ComparisonPage
{
    private readonly ReportComparison _comparison;
    private readonly ReportImages _imagesA;
    private readonly ReportImages _imagesB;

    private ComparisonPage(ReportComparison comparison, string folderA, string folderB) =>
        (_comparison, _imagesA, _imagesB) = (comparison, new ReportImages(folderA), new ReportImages(folderB));

    /// <summary>Writes the page.</summary>
    /// <param name="comparison">The comparison.</param>
    /// <param name="folderA">The folder of A's images.</param>
    /// <param name="folderB">The folder of B's images.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="AttnGanException">Thrown when an image is missing, or the file cannot be written.</exception>
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
        {Metrics()}
        {Samples()}
        {Conditions()}
        </main>
        <footer><p>A was evaluated by AttnGan {_comparison.A.Version}, B by AttnGan {_comparison.B.Version}.</p></footer>
        """;

    private string Summary()
    {
        int comparable = _comparison.Metrics.Count(metric => metric.Verdict != MetricVerdict.NotComparable);
        return comparable == 0
            ? "No metric is comparable; the table has the reasons."
            : $"{comparable} of {_comparison.Metrics.Count} metrics are comparable; of these B is better in " +
              $"{Count(MetricVerdict.Better)} and worse in {Count(MetricVerdict.Worse)}.";
    }

    private int Count(MetricVerdict verdict) => _comparison.Metrics.Count(metric => metric.Verdict == verdict);

    private Html Metrics() => $"""
        <section>
        <h2>Metrics</h2>
        <p>{MetricText.DifferencesNote}</p>
        <div class="scroll"><table class="stack">
        <thead><tr>
        <th scope="col">Metric</th>
        <th scope="col" class="number">A</th>
        <th scope="col" class="number">B</th>
        <th scope="col" class="number">B − A</th>
        <th scope="col">Verdict</th>
        </tr></thead>
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
        string direction = MetricText.Direction((metric.A ?? metric.B)!);
        return $"""
            <tr><th scope="row" class="whole">{metric.Title}<span class="note">{direction}</span></th>
            <td class="number" data-label="A">{Value(metric.A)}</td>
            <td class="number" data-label="B">{Value(metric.B)}</td>
            <td class="number value" data-label="B − A">{(metric.Difference is null ? "–" : MetricText.Difference(metric))}</td>
            <td class="whole"><span class="{style}">{MetricText.Verdict(metric)}</span></td></tr>

            """;
    }

    private Html? Shares()
    {
        BarRow[] rows =
        [
            .. _comparison.Metrics
                .Where(metric => metric is { Verdict: not MetricVerdict.NotComparable, A.IsShare: true })
                .Select(metric => new BarRow(
                    metric.Title,
                    $"{Value(metric.A)} · {Value(metric.B)}",
                    [new Bar(metric.A!.Value, metric.A.Deviation), new Bar(metric.B!.Value, metric.B.Deviation)])),
        ];
        const string Description = "Bars of A and B for each comparable metric in percent; the table above has their values.";
        return rows.Length == 0 ? null : Piece($"""
            <div class="plots"><figure>
            <figcaption>
            <h3>Comparable metrics in percent</h3>
            <p class="key"><span class="first">A</span><span>B</span></p>
            </figcaption>
            {BarPlot.Draw(Description, rows, isShare: true)}
            </figure></div>
            """);
    }

    private Html? Samples()
    {
        (ScoredImage? A, ScoredImage? B)[] pairs = [.. Pairs(_comparison.A.Samples, _comparison.B.Samples)];
        return pairs.Length == 0 ? null : Piece($"""
            <section>
            <h2>Samples</h2>
            <p>The first images, not selected; images of the same caption are side by side.</p>
            <ul class="images three">
            {pairs.Select(Pair)}
            </ul>
            </section>
            """);
    }

    /// <summary>Matches samples by caption, in order; a caption with several samples is matched as often as both reports have it.</summary>
    private static IEnumerable<(ScoredImage? A, ScoredImage? B)> Pairs(IReadOnlyList<ScoredImage> a, IReadOnlyList<ScoredImage> b)
    {
        var unmatched = b.ToList();
        foreach (ScoredImage image in a)
        {
            int match = unmatched.FindIndex(other => other.Caption == image.Caption);
            yield return (image, match < 0 ? null : unmatched[match]);
            if (match >= 0)
            {
                unmatched.RemoveAt(match);
            }
        }

        foreach (ScoredImage image in unmatched)
        {
            yield return (null, image);
        }
    }

    private Html Pair((ScoredImage? A, ScoredImage? B) pair)
    {
        string caption = (pair.A ?? pair.B)!.Caption;
        Html? real = pair.A?.Real is { } realA ? Real(_imagesA, realA) : pair.B?.Real is { } realB ? Real(_imagesB, realB) : null;
        return $"""
            <li><figure>
            <div class="side">{Side("A", pair.A, _imagesA, _comparison.A)}{Side("B", pair.B, _imagesB, _comparison.B)}{real}</div>
            <figcaption><p class="caption" dir="auto">{caption}</p></figcaption>
            </figure></li>

            """;

        Html Real(ReportImages images, string path) =>
            $"""<div>{images.Embed(path, $"real image with the caption: {caption}")}<p class="label">real</p></div>""";
    }

    private static Html Side(string name, ScoredImage? image, ReportImages images, EvaluationReport report)
    {
        if (image is null)
        {
            return $"""<div><p class="none">not among its samples</p><p class="label">{name}</p></div>""";
        }

        string origin = MetricText.Origin(image);
        string label = origin.Length > 0 ? $"{name}, {origin}" : name;
        string description = $"{name}, {ReportPage.ImageWord(report.Subject.Kind)} image for the caption: {image.Caption}";
        return $"""<div>{images.Embed(image.Image, description)}<p class="label">{label}</p></div>""";
    }

    private Html Conditions() => $"""
        <section>
        <h2>Conditions</h2>
        <p>{CountDifferent()} of {_comparison.Conditions.Count} differ; they are marked.</p>
        <div class="scroll"><table class="facts">
        <thead><tr><th scope="col">Condition</th><th scope="col">A</th><th scope="col">B</th></tr></thead>
        <tbody>
        {_comparison.Conditions.Where(condition => condition is not { A: null, B: null }).Select(Row)}
        </tbody>
        </table></div>
        </section>
        """;

    private string CountDifferent() =>
        _comparison.Conditions.Count(condition => condition.Differs).ToString("N0", CultureInfo.InvariantCulture);

    private static Html Row(Condition condition)
    {
        Html? style = condition.Differs ? Html.Trusted(" class=\"differs\"") : null;
        return $"""
            <tr{style}><th scope="row">{condition.Name}{(condition.Differs ? " (differs)" : "")}</th>
            <td>{Value(condition, condition.A)}</td><td>{Value(condition, condition.B)}</td></tr>

            """;
    }

    private static Html? Value(Condition condition, string? value) =>
        value is null ? Piece($"none") : condition.IsChecksum ? Checksum(value) : Piece($"{value}");

    private static string Value(MetricValue? metric) => metric is null ? "–" : MetricText.Value(metric);
}
