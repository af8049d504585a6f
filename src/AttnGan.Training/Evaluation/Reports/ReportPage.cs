using System.Globalization;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Subjects;
using static AttnGan.Training.Evaluation.Reports.HtmlPage;

namespace AttnGan.Training.Evaluation.Reports;

/// <summary><c>report.html</c>: an evaluation as a page.</summary>
internal sealed class ReportPage
{
    /// <summary>The name of the file.</summary>
    public const string Name = "report.html";

    /// <summary>Categories in a plot; of more, the best and the worst are shown.</summary>
    private const int MaxCategories = 24;

    private readonly EvaluationReport _report;
    private readonly ReportImages _images;

    private ReportPage(EvaluationReport report, string folder) => (_report, _images) = (report, new ReportImages(folder));

    /// <summary>Writes <see cref="Name"/> into the report's folder, which contains its images.</summary>
    /// <returns>The path of the file.</returns>
    /// <exception cref="AttnGanException">Thrown when an image is missing, or the file cannot be written.</exception>
    public static string Write(EvaluationReport report, string folder)
    {
        string path = Path.Combine(folder, Name);
        HtmlPage.Write(path, $"{report.Subject.Name} · evaluation", new ReportPage(report, folder).Body());
        return path;
    }

    /// <summary>Returns the word for the evaluated images beside their captions.</summary>
    public static string ImageWord(SubjectKind kind) => kind switch
    {
        SubjectKind.Model or SubjectKind.Untrained => "generated",
        SubjectKind.Noise => "noise",
        _ => "evaluated",
    };

    private Html Body() => $"""
        <header>
        <p class="kind">{Kind(_report.Subject.Kind)}</p>
        <h1>{_report.Subject.Name}</h1>
        <p class="tagline">{Summary()} <a href="#conditions">Conditions</a></p>
        </header>
        <main>
        {Metrics()}
        {(_report.Categories.Count > 0 ? Categories() : null)}
        {Images("Samples", "The first images, not selected.", _report.Samples)}
        {Images("Best", "The images with the highest scores: the cosine of image and caption.", _report.Best)}
        {Images("Worst", "The images with the lowest scores.", _report.Worst)}
        {Conditions()}
        </main>
        <footer>
        <p>Created by AttnGan {_report.Version} on {Date(_report.Created)}. {ReportFile.Name} has the same values for programs.</p>
        </footer>
        """;

    private string Summary()
    {
        (EvaluatedSubject subject, EvaluatedData data) = (_report.Subject, _report.Data);
        string steps = subject.TrainingSteps is { } count
            ? string.Create(CultureInfo.InvariantCulture, $" after {count:N0} training steps")
            : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{_report.Count:N0} images of {subject.ImageSize} pixels{steps}, evaluated with the captions and images of {data.Name}, " +
            $"split {data.Split}.");
    }

    private Html Metrics() => $"""
        <section>
        <h2>Metrics</h2>
        <div class="scroll"><table class="stack">
        <thead><tr>
        <th scope="col">Metric</th>
        <th scope="col" class="number">Value</th>
        <th scope="col">Direction</th>
        <th scope="col">Network</th>
        <th scope="col" class="number">Count</th>
        </tr></thead>
        <tbody>
        {_report.Metrics.Select(Row)}
        </tbody>
        </table></div>
        {Shares()}
        {(_report.Skipped.Count > 0 ? Skipped() : null)}
        </section>
        """;

    private static Html? Note(MetricValue metric) => metric.Note is { } note ? Piece($"""<span class="note">{note}</span>""") : null;

    private static Html? Deviation(MetricValue metric) =>
        metric.Deviation is null ? null : Piece($" <span>{MetricText.Deviation(metric)}</span>");

    private Html Row(MetricValue metric) => $"""
        <tr><th scope="row" class="whole">{metric.Title}{Note(metric)}</th>
        <td class="number value whole">{MetricText.Value(metric.Value, metric.IsShare)}{Deviation(metric)}</td>
        <td class="direction">{MetricText.Direction(metric)}</td>
        <td class="network" data-label="network">{Network(metric.Network)}</td>
        <td class="number" data-label="count">{metric.Count:N0}</td></tr>

        """;

    private Html Network(string? role) =>
        _report.Networks.Index().FirstOrDefault(network => network.Item.Role == role) is { Item: not null } network
            ? Piece($"""<a href="#network-{network.Index}">{network.Item.Role}</a>""")
            : Piece($"""<span class="quiet">none</span>""");

    private Html? Shares()
    {
        BarRow[] rows =
        [
            .. _report.Metrics.Where(metric => metric.IsShare)
                .Select(metric => new BarRow(metric.Title, MetricText.Value(metric), [new Bar(metric.Value, metric.Deviation)])),
        ];
        return rows.Length == 0 ? null : Piece($"""
            <div class="plots"><figure>
            <figcaption><h3>Metrics in percent</h3></figcaption>
            {BarPlot.Draw("Bars of the metrics in percent; the table above has their values.", rows, isShare: true)}
            </figure></div>
            """);
    }

    private Html Skipped() => $"""
        <h3 class="skipped">Not measured</h3>
        <ul class="skipped">
        {_report.Skipped.Select(skipped => Piece($"<li><strong>{skipped.Name}</strong>: {skipped.Reason}</li>"))}
        </ul>
        """;

    private Html Categories()
    {
        string[] names = [.. _report.Categories.SelectMany(category => category.Values.Keys).Distinct()];
        return $"""
            <section>
            <h2>By category</h2>
            <p>Values of categories with few images vary by chance.</p>
            <div class="plots">
            {names.Select(CategoryPlot)}
            </div>
            <details class="more"><summary>All values by category</summary>
            <div class="scroll"><table>
            <thead><tr>
            <th scope="col">Category</th>
            <th scope="col" class="number">Images</th>
            {names.Select(name => Piece($"""<th scope="col" class="number">{TitleOf(name)}</th>"""))}
            </tr></thead>
            <tbody>
            {_report.Categories.Select(category => CategoryRow(category, names))}
            </tbody>
            </table></div>
            </details>
            </section>
            """;
    }

    private Html CategoryRow(CategoryScore category, string[] names)
    {
        return $"""
            <tr><th scope="row">{category.Name}</th>
            <td class="number">{category.Count:N0}</td>
            {names.Select(name => Piece($"""<td class="number">{Text(name)}</td>"""))}
            </tr>

            """;

        string Text(string name) => category.Values.TryGetValue(name, out double value) ? MetricText.Value(value, IsShare(name)) : "–";
    }

    private Html CategoryPlot(string name)
    {
        MetricValue? metric = Metric(name);
        bool higherIsBetter = metric?.HigherIsBetter ?? true;
        CategoryScore[] ordered =
        [
            .. _report.Categories
                .Where(category => category.Values.ContainsKey(name))
                .OrderBy(category => higherIsBetter ? -category.Values[name] : category.Values[name])
                .ThenBy(category => category.Name, StringComparer.Ordinal),
        ];
        CategoryScore[] shown = ordered.Length <= MaxCategories
            ? ordered
            : [.. ordered[..(MaxCategories / 2)], .. ordered[^(MaxCategories / 2)..]];
        string which = shown.Length == ordered.Length
            ? "Best first."
            : $"The best {MaxCategories / 2} and the worst {MaxCategories / 2} of {ordered.Length} categories, best first.";
        string line = metric is null ? "" : $" The line is the value over all images, {MetricText.Value(metric.Value, metric.IsShare)}.";
        BarRow[] rows =
        [
            .. shown.Select(category => new BarRow(
                string.Create(CultureInfo.InvariantCulture, $"{category.Name} ({category.Count:N0})"),
                MetricText.Value(category.Values[name], IsShare(name)),
                [new Bar(category.Values[name], null)])),
        ];
        string description = $"Bars of {TitleOf(name)} for each category; the table below has all values.";
        return $"""
            <figure>
            <figcaption><h3>{TitleOf(name)}</h3><p>{which}{line}</p></figcaption>
            {BarPlot.Draw(description, rows, IsShare(name), metric?.Value)}
            </figure>
            """;
    }

    private Html? Images(string title, string description, IReadOnlyList<ScoredImage> images) => images.Count == 0 ? null : Piece($"""
        <section>
        <h2>{title}</h2>
        <p>{description}</p>
        <ul class="images">
        {images.Select(Image)}
        </ul>
        </section>
        """);

    private Html Image(ScoredImage image)
    {
        string word = ImageWord(_report.Subject.Kind);
        Html? real = image.Real is null ? null : Piece($"""
            <div>{_images.Embed(image.Real, $"real image with the caption: {image.Caption}")}<p class="label">real</p></div>
            """);
        return $"""
            <li><figure>
            <div class="side">
            <div>{_images.Embed(image.Image, $"{word} image for the caption: {image.Caption}")}<p class="label">{word}</p></div>
            {real}
            </div>
            <figcaption><p class="caption" dir="auto">{image.Caption}</p><p class="score">{MetricText.Origin(image)}</p></figcaption>
            </figure></li>

            """;
    }

    private Html Conditions()
    {
        (EvaluatedSubject subject, EvaluatedData data) = (_report.Subject, _report.Data);
        return $"""
            <section id="conditions">
            <h2>Conditions</h2>
            <p>Two reports are comparable if these are the same: <code>attngan evaluate --compare A B</code>.</p>
            <div class="scroll"><table class="facts"><tbody>
            {Fact("Subject", Piece($"{subject.Name}"))}
            {Fact("Subject checksum", Checksum(subject.Checksum))}
            {Fact("Training", subject.TrainingSteps is { } steps ? Piece($"{steps:N0} steps") : null)}
            {Fact("Image size", Piece($"{subject.ImageSize} pixels"))}
            {Fact("Truncation", subject.Truncation is { } truncation ? Piece($"{truncation}") : Piece($"none"))}
            {Fact("Images evaluated", Piece($"{_report.Count:N0}"))}
            {Fact("Seed", Piece($"{_report.Seed}"))}
            {Fact("Data", Piece($"{data.Name}, split {data.Split}: {data.Images:N0} images"))}
            {Fact("Data checksum", Checksum(data.Checksum))}
            {Fact("Real images", data.CropScale is { } scale ? Piece($"shorter side {scale:0.###} times the size, center crop") : null)}
            {Fact("Version", Piece($"AttnGan {_report.Version}"))}
            {Fact("Date", Piece($"{Date(_report.Created)}"))}
            </tbody></table></div>
            {(_report.Networks.Count > 0 ? Networks() : null)}
            </section>
            """;
    }

    private Html Networks() => $"""
        <div class="scroll"><table class="stack">
        <thead><tr>
        <th scope="col">Role</th><th scope="col">Network</th><th scope="col">Settings</th><th scope="col">Checksum</th>
        </tr></thead>
        <tbody>
        {_report.Networks.Select((network, i) => Piece($"""
            <tr id="network-{i}"><th scope="row" class="whole">{network.Role}</th>
            <td class="whole">{network.Name}</td>
            <td class="whole quiet">{network.Description}</td>
            <td class="whole">{Checksum(network.Checksum)}</td></tr>

            """))}
        </tbody>
        </table></div>
        """;

    private static Html? Fact(string name, Html? value) => value is null ? null : Piece($"""
        <tr><th scope="row">{name}</th><td>{value}</td></tr>

        """);

    private MetricValue? Metric(string name) => _report.Metrics.FirstOrDefault(metric => metric.Name == name);

    private string TitleOf(string name) => Metric(name)?.Title ?? name;

    private bool IsShare(string name) => Metric(name)?.IsShare ?? false;

    private static string Kind(SubjectKind kind) => kind switch
    {
        SubjectKind.Model => "Evaluation of a model",
        SubjectKind.Real => "Baseline: real images",
        SubjectKind.WrongCaptions => "Baseline: real images with wrong captions",
        SubjectKind.Blurred => "Baseline: blurred real images",
        SubjectKind.Repeated => "Baseline: one real image for all captions",
        SubjectKind.Noise => "Baseline: random pixels",
        SubjectKind.Folder => "Evaluation of a folder of images",
        _ => "Baseline: untrained generator",
    };

    private static string Date(DateTimeOffset time) =>
        time.ToUniversalTime().ToString("d MMMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture);
}
