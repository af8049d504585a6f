using System.Text;

namespace AttnGan.Training.Evaluation.Reports;

/// <summary>A whole page in one file that asks nothing of other files or hosts and runs nothing.</summary>
internal static class HtmlPage
{
    private static readonly Lazy<Html> s_style = new(() =>
    {
        using Stream stream = typeof(HtmlPage).Assembly.GetManifestResourceStream("report.css")!;
        using var reader = new StreamReader(stream);
        return Html.Trusted(reader.ReadToEnd());
    });

    /// <param name="path">The file.</param>
    /// <param name="title">Of the page.</param>
    /// <param name="body">What is on it.</param>
    /// <exception cref="AttnGanException">The file cannot be written.</exception>
    public static void Write(string path, string title, Html body)
    {
        Html page = $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
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

    /// <summary>The beginning of a checksum; all of it when asked.</summary>
    public static Html? Checksum(string? checksum) => checksum is null ? null
        : Piece($"""<details class="checksum"><summary><code>{FigureText.Short(checksum)}</code></summary><code>{checksum}</code></details>""");

    /// <summary>Gives an interpolated string its type where it stands in an expression that would make it text.</summary>
    public static Html Piece(Html piece) => piece;
}
