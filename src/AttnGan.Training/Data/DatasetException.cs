namespace AttnGan.Training.Data;

/// <summary>Thrown when a dataset cannot be used. The message lists the first problems and the number of all.</summary>
public sealed class DatasetException : AttnGanException
{
    public DatasetException(string directory, IReadOnlyList<DatasetProblem> problems)
        : this(problems, $"{directory}: the dataset has {Count(problems, "problem")}")
    {
    }

    private DatasetException(IReadOnlyList<DatasetProblem> problems, string heading)
        : base(Describe(heading, problems)) => Problems = problems;

    /// <summary>All problems, including those that the message omits.</summary>
    public IReadOnlyList<DatasetProblem> Problems { get; }

    /// <summary>Creates an exception for a valid dataset whose captions do not fit a vocabulary.</summary>
    /// <param name="problems">One per image.</param>
    internal static DatasetException OfCaptions(IReadOnlyList<DatasetProblem> problems) =>
        new(problems, $"The captions of {Count(problems, "image")} cannot be used");

    private static string Describe(string heading, IReadOnlyList<DatasetProblem> problems)
    {
        (IReadOnlyList<string> lines, int left) = ProblemGroups.Describe(problems);
        string rest = left > 0 ? $"\n  … and {left} more" : "";
        return $"{heading}:\n  {string.Join("\n  ", lines)}{rest}";
    }

    private static string Count(IReadOnlyList<DatasetProblem> problems, string what) =>
        $"{problems.Count} {what}{(problems.Count == 1 ? "" : "s")}";
}
