namespace AttnGan.Training.Data;

/// <summary>Thrown when a dataset cannot be used. The message lists the first problems and the number of all.</summary>
public sealed class DatasetException : AttnGanException
{
    private const int MaxListed = 10;

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
        var shown = new List<string>();
        int left = problems.Count;
        foreach ((DatasetProblem problem, int others) in ProblemGroups.Shorten(problems).Take(MaxListed))
        {
            shown.Add($"  {problem}{(others > 0 ? $" ({others} more of this kind)" : "")}");
            left -= 1 + others;
        }

        string rest = left > 0 ? $"\n  … and {left} more" : "";
        return $"{heading}:\n{string.Join('\n', shown)}{rest}";
    }

    private static string Count(IReadOnlyList<DatasetProblem> problems, string what) =>
        $"{problems.Count} {what}{(problems.Count == 1 ? "" : "s")}";
}
