using System.Text.RegularExpressions;

namespace AttnGan.Training.Data;

/// <summary>Shortens lists of problems: of each kind the first few, and a count of the others.</summary>
public static partial class ProblemGroups
{
    private const int Listed = 3;

    /// <summary>Returns the problems in order, of each kind at most three, with the number of others after the third.</summary>
    public static IReadOnlyList<(DatasetProblem Problem, int Others)> Shorten(IReadOnlyList<DatasetProblem> problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        (DatasetProblem Problem, int Index)[][] kinds =
        [
            .. problems.Select((problem, i) => (problem, i)).GroupBy(entry => (entry.problem.Severity, KindOf(entry.problem)))
                .Select(group => group.ToArray()),
        ];
        return
        [
            .. kinds.SelectMany(kind => kind.Take(Listed).Select((entry, i) =>
                    (entry.Problem, Others: i == Listed - 1 ? kind.Length - Listed : 0, kind[0].Index)))
                .OrderBy(entry => entry.Index)
                .Select(entry => (entry.Problem, entry.Others)),
        ];
    }

    /// <summary>Returns the first problems as lines, and the number of all others.</summary>
    internal static (IReadOnlyList<string> Lines, int Left) Describe(IReadOnlyList<DatasetProblem> problems)
    {
        const int MaxLines = 10;
        (DatasetProblem Problem, int Others)[] shown = [.. Shorten(problems).Take(MaxLines)];
        return (
            [.. shown.Select(entry => $"{entry.Problem}{(entry.Others > 0 ? $" ({entry.Others} more of this kind)" : "")}")],
            problems.Count - shown.Sum(entry => 1 + entry.Others));
    }

    /// <summary>Returns the message without what differs from file to file: the file's own name, quoted texts and numbers.</summary>
    private static string KindOf(DatasetProblem problem)
    {
        string file = LineNumber().Replace(problem.File, "");
        string stem = Path.ChangeExtension(file, null);
        string message = stem.Length > 2 ? problem.Message.Replace(stem, "…", StringComparison.Ordinal) : problem.Message;
        string name = Path.GetFileName(stem);
        message = name.Length > 2 ? message.Replace(name, "…", StringComparison.Ordinal) : message;
        return Variable().Replace(message, "…");
    }

    [GeneratedRegex(@":\d+$")]
    private static partial Regex LineNumber();

    [GeneratedRegex("""
        '[^']*'|"[^"]*"|`[^`]*`|\(near: [^)]*\)|\d+
        """)]
    private static partial Regex Variable();
}
