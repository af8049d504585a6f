namespace AttnGan.Training.Data;

/// <summary>A problem in one file of a dataset.</summary>
/// <param name="File">Path inside the dataset, with a line number where there is one (<c>metadata.jsonl:12</c>).</param>
/// <param name="Severity">Indicates whether training can start nevertheless.</param>
/// <param name="Message">The problem and how to fix it.</param>
public sealed record DatasetProblem(string File, ProblemSeverity Severity, string Message)
{
    /// <summary>Turns an exception about a file into a problem, without repeating the file name in the message.</summary>
    internal static DatasetProblem Of(string file, AttnGanException error)
    {
        string prefix = $"{file}: ";
        bool isNamed = error.Message.StartsWith(prefix, StringComparison.Ordinal);
        return new DatasetProblem(file, ProblemSeverity.Error, isNamed ? error.Message[prefix.Length..] : error.Message);
    }

    public override string ToString() => $"{File}: {Message}";
}
