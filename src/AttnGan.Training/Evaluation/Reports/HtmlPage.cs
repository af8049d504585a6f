using System.Text;

namespace AttnGan.Training.Evaluation.Reports;

/// <summary>A self-contained page: one file without scripts that requests nothing.</summary>
internal static class HtmlPage
{
    private const string Policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

    private static readonly Lazy<Html> s_style = new(() =>
    {
        using Stream stream = typeof(HtmlPage).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return Html.Trusted(reader.ReadToEnd());
    });

    /// <summary>Writes a page.</summary>
    /// <param name="path">The file.</param>
    /// <param name="title">The title of the page.</param>
    /// <param name="body">The content.</param>
    /// <exception cref="AttnGanException">Thrown when the file cannot be written.</exception>
    public static void Write(string path, string title, Html body)
    {
        Html page = $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{Html.Trusted(Policy)}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{title}</title>
            <style>
            {s_style.Value}</style>
            </head>
            <body>
            {body}
            </body>
            </html>

            """;
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(page.ToString())));
    }

    /// <summary>Returns the first digits of a checksum, which open to the whole checksum.</summary>
    public static Html? Checksum(string? checksum) => checksum is null ? null : Piece($"""
        <details class="checksum"><summary><code>{MetricText.Short(checksum)}</code></summary><code>{checksum}</code></details>
        """);

    /// <summary>Converts an interpolated string to <see cref="Html"/> where the compiler would choose <see cref="string"/>.</summary>
    public static Html Piece(Html piece) => piece;
}
