using System.Globalization;
using AttnGan.Training.Formats;
using static TorchSharp.torch;

namespace AttnGan.Training.Checkpoints;

/// <summary>
/// The checkpoints of one training in a folder: numbered ones (<c>gan-00001234.safetensors</c>), of which the newest are kept, and named
/// ones (<c>best.safetensors</c>), which are never deleted. The lock of the run folder ensures that only one process writes.
/// </summary>
internal sealed class CheckpointStore
{
    private const string Extension = ".safetensors";

    private readonly string _directory;
    private readonly string _kind;
    private readonly int _keep;

    /// <summary>Opens a store for writing: creates the folder if there is none and deletes temporary files of interrupted saves.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="kind">The kind of training, <c>damsm</c> or <c>gan</c>.</param>
    /// <param name="keep">Number of numbered checkpoints to keep, at least 1.</param>
    /// <exception cref="AttnGanException">The folder cannot be created.</exception>
    public CheckpointStore(string directory, string kind, int keep)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        _directory = directory;
        _kind = kind;
        _keep = keep;
        try
        {
            Directory.CreateDirectory(directory);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The checkpoint folder `{directory}` cannot be used: {exception.Message}", exception);
        }

        Delete(Directory.EnumerateFiles(directory, $"*{Extension}.*{AtomicFile.TemporaryExtension}"));
    }

    private CheckpointStore(string directory, string kind)
    {
        _directory = directory;
        _kind = kind;
        _keep = int.MaxValue;
    }

    /// <summary>Opens a store for reading: creates no folder, and does not touch files that another process may be saving.</summary>
    public static CheckpointStore ForReading(string directory, string kind) => new(directory, kind);

    /// <summary>Saves a numbered checkpoint, then deletes the oldest ones beyond the number to keep.</summary>
    /// <returns>The path of the file.</returns>
    public string Save(CheckpointState state, IReadOnlyDictionary<string, Tensor> tensors)
    {
        string path = Path.Combine(_directory, $"{_kind}-{state.Step:D8}{Extension}");
        Checkpoint.Write(path, _kind, state, tensors);

        // If the run went back to an earlier checkpoint, later ones belong to an abandoned continuation. They would count as the
        // newest ones.
        IReadOnlyList<string> all = All();
        Delete(all.Where(file => StepOf(file) > state.Step));
        Delete(all.Where(file => StepOf(file) <= state.Step).SkipLast(_keep));
        return path;
    }

    /// <summary>Saves a named checkpoint, such as <c>best</c>, and replaces the previous one.</summary>
    /// <returns>The path of the file.</returns>
    public string SaveAs(string name, CheckpointState state, IReadOnlyDictionary<string, Tensor> tensors)
    {
        string path = Path.Combine(_directory, name + Extension);
        Checkpoint.Write(path, _kind, state, tensors);
        return path;
    }

    /// <summary>Returns the paths of the numbered checkpoints, oldest first.</summary>
    public IReadOnlyList<string> All() => NumberedFiles(_directory, _kind);

    /// <summary>Returns the paths of the numbered checkpoints in a folder, oldest first.</summary>
    public static IReadOnlyList<string> NumberedFiles(string directory, string kind) => !Directory.Exists(directory)
        ? []
        :
        [
            .. Directory.EnumerateFiles(directory, $"{kind}-*{Extension}")
                .Where(path => StepOf(path, kind) is not null)
                .OrderBy(path => StepOf(path, kind)),
        ];

    /// <summary>Returns the path of the newest numbered checkpoint; null if there is none.</summary>
    public string? Latest() => All() is [.., var latest] ? latest : null;

    /// <summary>Opens a checkpoint and verifies its checksum.</summary>
    /// <exception cref="CheckpointException">The checkpoint is damaged; the message names the newest intact one before it.</exception>
    public Checkpoint Open(string path)
    {
        try
        {
            return Checkpoint.Open(path, _kind);
        }
        catch (CheckpointException damage)
        {
            throw new CheckpointException($"{damage.Message}\n{Advise(path)}", damage);
        }
    }

    private string Advise(string path)
    {
        (long step, string? place) = StepOf(path) is { } number ? (number, " before it") : (long.MaxValue, "");
        foreach (string? earlier in All().Reverse().Where(file => StepOf(file) < step))
        {
            try
            {
                var intact = Checkpoint.Open(earlier, _kind);
                return $"The newest intact checkpoint{place} is of step {intact.Step}; to continue from there, add " +
                    $"`--checkpoint {earlier}`.";
            }
            catch (CheckpointException)
            {
                // Damaged as well: try the one before.
            }
        }

        return $"There is no intact checkpoint{place}; the training must restart from the beginning.";
    }

    /// <summary>Deletes files, ignoring errors: a file that remains must not stop a training, and the next save tries again.</summary>
    private static void Delete(IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
            }
        }
    }

    /// <summary>Returns the step of a numbered checkpoint; null for any other file.</summary>
    private long? StepOf(string path) => StepOf(path, _kind);

    private static long? StepOf(string path, string kind)
    {
        string name = Path.GetFileNameWithoutExtension(path);
        return name.StartsWith($"{kind}-", StringComparison.Ordinal) &&
            long.TryParse(name.AsSpan(kind.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long step)
                ? step
                : null;
    }
}
