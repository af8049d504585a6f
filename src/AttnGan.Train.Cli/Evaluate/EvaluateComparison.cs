using AttnGan.Cli.Hosting;
using AttnGan.Training.Evaluation.Reports;

namespace AttnGan.Cli.Evaluate;

/// <summary><c>attngan evaluate --compare</c>: compares two reports.</summary>
internal static class EvaluateComparison
{
    /// <param name="a">File or folder of a report.</param>
    /// <param name="b">File or folder of the other report; differences are B minus A.</param>
    /// <param name="html">The HTML page to write; null for none.</param>
    /// <exception cref="AttnGanException">Thrown when a report cannot be read, or the page cannot be written.</exception>
    public static void Run(string a, string b, FileInfo? html)
    {
        var comparison = ReportComparison.Of(ReportFile.Read(a), ReportFile.Read(b));
        ComparisonText.Write(Terminal.Output, comparison);
        if (html is not null)
        {
            OutputFolder.Create(html.DirectoryName!);
            ComparisonPage.Write(comparison, FolderOf(a), FolderOf(b), html.FullName);
            Console.Out.WriteLine(html);
        }
    }

    private static string FolderOf(string report) => Path.GetDirectoryName(Path.GetFullPath(ReportFile.PathOf(report)))!;
}
