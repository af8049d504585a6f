namespace AttnGan.Training.Data.Readers;

/// <summary>
/// The files of a dataset as their folder spells them. Windows and macOS also find a file by its name in other letters' case; the
/// same dataset would fail on Linux.
/// </summary>
internal sealed class FileSpellings
{
    private readonly HashSet<string> _files;
    private readonly Dictionary<string, string> _inAnyCase = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="files">Names in the dataset.</param>
    public FileSpellings(IReadOnlyList<string> files)
    {
        All = files;
        _files = files.ToHashSet(StringComparer.Ordinal);
        foreach (string file in files)
        {
            _inAnyCase.TryAdd(file, file);
        }
    }

    public IReadOnlyList<string> All { get; }

    /// <summary>The file of a name, in another case if there is none in this; null if there is none at all.</summary>
    public string? Of(string name) => _files.Contains(name) ? name : _inAnyCase.GetValueOrDefault(name);

    /// <summary>What is wrong with a name; null if nothing.</summary>
    /// <param name="place">Where it stands.</param>
    /// <param name="name">The name.</param>
    /// <param name="exists">Whether this machine finds the file.</param>
    public DatasetProblem? Compare(string place, string name, bool exists)
    {
        string? file = Of(name);
        bool isOtherCase = file is not null && file != name;
        return (exists, isOtherCase) switch
        {
            (true, false) => null,
            (true, true) => new DatasetProblem(
                place, ProblemSeverity.Warning, $"the image '{name}' is spelt '{file}' in its folder; other machines will not find it."),
            (false, true) => new DatasetProblem(
                place, ProblemSeverity.Error, $"the image '{name}' does not exist, but '{file}' does; write it in the same case."),
            (false, false) => new DatasetProblem(place, ProblemSeverity.Error, $"the image '{name}' does not exist."),
        };
    }
}
