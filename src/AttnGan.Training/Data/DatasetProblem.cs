namespace AttnGan.Training.Data;

/// <summary>Whether training can begin in spite of a problem.</summary>
public enum ProblemSeverity
{
    /// <summary>Worth a look; training works.</summary>
    Warning,

    /// <summary>Training refuses the dataset until this is mended.</summary>
    Error,
}

/// <summary>Something wrong with one file of a dataset.</summary>
/// <param name="File">Path inside the dataset, with a line number where there is one (<c>metadata.jsonl:12</c>).</param>
/// <param name="Severity">Whether training can begin in spite of it.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record DatasetProblem(string File, ProblemSeverity Severity, string Message)
{
    /// <summary>A failure at a file whose message need not begin with the file's name: the problem has it already.</summary>
    internal static DatasetProblem Of(string file, AttnGanException error)
    {
        string prefix = $"{file}: ";
        bool isNamed = error.Message.StartsWith(prefix, StringComparison.Ordinal);
        return new DatasetProblem(file, ProblemSeverity.Error, isNamed ? error.Message[prefix.Length..] : error.Message);
    }

    public override string ToString() => $"{File}: {Message}";
}
