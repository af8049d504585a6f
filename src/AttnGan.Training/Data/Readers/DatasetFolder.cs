using System.Text;

namespace AttnGan.Training.Data.Readers;

/// <summary>A dataset's folder and the problems found in it. Files are named by their path inside the folder, with <c>/</c>.</summary>
internal sealed class DatasetFolder(string root)
{
    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<DatasetProblem> _problems = [];
    private readonly SortedSet<string> _unreadColumns = new(StringComparer.Ordinal);
    private IReadOnlyList<string>? _files;

    public string Root { get; } = root;

    public IReadOnlyList<DatasetProblem> Problems => _problems;

    /// <summary>The columns of tables, members of JSON objects and files of archives' samples that are not read.</summary>
    public IReadOnlyCollection<string> UnreadColumns => _unreadColumns;

    public bool HasErrors => _problems.Exists(problem => problem.Severity == ProblemSeverity.Error);

    public string PathOf(string name) => Path.Combine(Root, name);

    public bool HasFile(string name) => File.Exists(PathOf(name));

    public bool HasFolder(string name) => Directory.Exists(PathOf(name));

    /// <summary>Notes which columns are not read.</summary>
    /// <param name="columns">The columns of a table.</param>
    /// <param name="read">Those that are read.</param>
    public void NoteColumns(IEnumerable<string> columns, IReadOnlyCollection<string> read) =>
        _unreadColumns.UnionWith(columns.Where(column => !read.Contains(column)));

    public void Add(DatasetProblem problem) => _problems.Add(problem);

    public void Error(string file, string message) => Add(new DatasetProblem(file, ProblemSeverity.Error, message));

    public void Warn(string file, string message) => Add(new DatasetProblem(file, ProblemSeverity.Warning, message));

    /// <summary>The names of all files with the case they have on disk.</summary>
    public FileNames FileNames => field ??= new FileNames(FindFiles());

    /// <summary>Returns the names of all files in ordinal order, without hidden files and folders. The folder is listed once.</summary>
    public IReadOnlyList<string> FindFiles() => _files ??= ListFiles();

    private IReadOnlyList<string> ListFiles()
    {
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false };
        try
        {
            return
            [
                .. Directory.EnumerateFiles(Root, "*", options)
                    .Select(path => Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/'))
                    .Where(name => !name.Split('/').Any(part => part.StartsWith('.')))
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Error(Root, $"cannot be listed: {error.Message}");
            return [];
        }
    }

    /// <summary>Returns the lines of a UTF-8 file with their numbers; none, and a problem, if it cannot be read.</summary>
    public IEnumerable<(string Text, int Number)> ReadLines(string file)
    {
        string[] lines;
        try
        {
            lines = [.. TextLines.Read(PathOf(file), s_strictUtf8)];
        }
        catch (InvalidDataException error)
        {
            Error(file, $"cannot be read: {error.Message}.");
            return [];
        }
        catch (DecoderFallbackException)
        {
            Error(file, "is not UTF-8 text; save it as UTF-8.");
            return [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Error(file, $"cannot be read: {error.Message}");
            return [];
        }

        return lines.Select((line, index) => (line, index + 1));
    }

    /// <summary>Returns the text of a UTF-8 file; null, and a problem, if it cannot be read.</summary>
    public string? ReadText(string file)
    {
        try
        {
            return File.ReadAllText(PathOf(file), s_strictUtf8);
        }
        catch (DecoderFallbackException)
        {
            Error(file, "is not UTF-8 text; save it as UTF-8.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Error(file, $"cannot be read: {error.Message}");
        }

        return null;
    }

    /// <summary>Normalizes a path, so that each file has one name; returns false for a path that leaves the dataset.</summary>
    public static bool TryNormalizeName(string fileName, out string name)
    {
        name = "";
        string slashed = fileName.Replace('\\', '/');
        if (slashed.StartsWith('/') || Path.IsPathRooted(slashed) || slashed.Contains('\0'))
        {
            return false;
        }

        string[] parts = [.. slashed.Split('/').Where(part => part is not ("" or "."))];
        name = string.Join('/', parts);
        return parts.Length > 0 && !parts.Contains("..");
    }
}
