using AttnGan.Cli.Hosting;
using AttnGan.Training.Evaluation.Reports;

namespace AttnGan.Cli.Evaluate;

/// <summary>The part of <c>attngan evaluate</c> that sets two reports side by side instead of making one.</summary>
internal static class EvaluateComparison
{
    /// <param name="a">A report's file or folder.</param>
    /// <param name="b">Another; differences are told as of this one.</param>
    /// <param name="html">Where a page of it goes; null for none.</param>
    /// <exception cref="AttnGanException">A report cannot be read, or the page cannot be written.</exception>
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
