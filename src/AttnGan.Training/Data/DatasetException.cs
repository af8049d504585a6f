namespace AttnGan.Training.Data;

/// <summary>A data set that cannot be trained on. The message lists the first problems and says how many there are.</summary>
public sealed class DatasetException : AttnGanException
{
    private const int Listed = 10;

    public DatasetException(string directory, IReadOnlyList<DatasetProblem> problems)
        : base(Describe(directory, problems)) => Problems = problems;

    /// <summary>All problems, not only those that the message lists.</summary>
    public IReadOnlyList<DatasetProblem> Problems { get; }

    private static string Describe(string directory, IReadOnlyList<DatasetProblem> problems)
    {
        var lines = problems.Take(Listed).Select(problem => $"  {problem}");
        var rest = problems.Count > Listed ? $"\n  … and {problems.Count - Listed} more" : "";
        return $"{directory}: the data set has {problems.Count} problem{(problems.Count == 1 ? "" : "s")}:\n"
            + string.Join('\n', lines) + rest;
    }
}
