namespace AttnGan.Training.Data;

/// <summary>A dataset that cannot be trained on. The message lists the first problems and says how many there are.</summary>
public sealed class DatasetException : AttnGanException
{
    private const int Listed = 10;

    public DatasetException(string directory, IReadOnlyList<DatasetProblem> problems)
        : this(problems, $"{directory}: the dataset has {Count(problems, "problem")}")
    {
    }

    private DatasetException(IReadOnlyList<DatasetProblem> problems, string heading)
        : base(Describe(heading, problems)) => Problems = problems;

    /// <summary>All problems, not only those that the message lists.</summary>
    public IReadOnlyList<DatasetProblem> Problems { get; }

    /// <summary>The dataset was sound, but its captions do not go with a vocabulary.</summary>
    /// <param name="problems">One an image.</param>
    internal static DatasetException OfCaptions(IReadOnlyList<DatasetProblem> problems) =>
        new(problems, $"The captions of {Count(problems, "image")} cannot be used");

    private static string Describe(string heading, IReadOnlyList<DatasetProblem> problems)
    {
        IEnumerable<string> lines = problems.Take(Listed).Select(problem => $"  {problem}");
        string rest = problems.Count > Listed ? $"\n  … and {problems.Count - Listed} more" : "";
        return $"{heading}:\n{string.Join('\n', lines)}{rest}";
    }

    private static string Count(IReadOnlyList<DatasetProblem> problems, string what) =>
        $"{problems.Count} {what}{(problems.Count == 1 ? "" : "s")}";
}
