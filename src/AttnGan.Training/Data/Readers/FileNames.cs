namespace AttnGan.Training.Data.Readers;

/// <summary>
/// The names of a dataset's files with the case they have on disk. Windows and macOS find a file whose name differs in case; on Linux
/// the same dataset would fail.
/// </summary>
internal sealed class FileNames
{
    private readonly HashSet<string> _files;
    private readonly Dictionary<string, string> _ignoringCase = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="files">Names in the dataset.</param>
    public FileNames(IReadOnlyList<string> files)
    {
        All = files;
        _files = files.ToHashSet(StringComparer.Ordinal);
        foreach (string file in files)
        {
            _ignoringCase.TryAdd(file, file);
        }
    }

    public IReadOnlyList<string> All { get; }

    /// <summary>Returns the file with this name, or else one whose name differs only in case; null if there is neither.</summary>
    public string? Find(string name) => _files.Contains(name) ? name : _ignoringCase.GetValueOrDefault(name);

    /// <summary>Returns the problem with a name; null if there is none.</summary>
    /// <param name="place">The file and line with the name.</param>
    /// <param name="name">The name.</param>
    /// <param name="exists">True if this machine finds the file.</param>
    public DatasetProblem? Check(string place, string name, bool exists)
    {
        string? file = Find(name);
        bool hasOtherCase = file is not null && file != name;
        return (exists, hasOtherCase) switch
        {
            (true, false) => null,
            (true, true) => new DatasetProblem(
                place, ProblemSeverity.Warning, $"the image '{name}' is named '{file}' on disk; other machines will not find it."),
            (false, true) => new DatasetProblem(
                place, ProblemSeverity.Error, $"the image '{name}' does not exist, but '{file}' does; write it in the same case."),
            (false, false) => new DatasetProblem(place, ProblemSeverity.Error, $"the image '{name}' does not exist."),
        };
    }
}
