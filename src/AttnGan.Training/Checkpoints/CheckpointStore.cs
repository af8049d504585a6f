using System.Globalization;
using AttnGan.Training.Formats;
using static TorchSharp.torch;

namespace AttnGan.Training.Checkpoints;

/// <summary>
/// The checkpoints of one training in one folder: <c>gan-00001234.safetensors</c>, of which the last few are kept, and named ones
/// (<c>best.safetensors</c>), which are never deleted. One process at a time (the lock of the run folder sees to that).
/// </summary>
internal sealed class CheckpointStore
{
    private const string Extension = ".safetensors";

    private readonly string _directory;
    private readonly string _kind;
    private readonly int _keep;

    /// <summary>Creates the folder if needed and clears away what an interrupted save left behind.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="kind"><c>damsm</c> or <c>gan</c>.</param>
    /// <param name="keep">How many numbered checkpoints are kept, at least 1.</param>
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
            throw new AttnGanException($"The folder of checkpoints `{directory}` cannot be used: {exception.Message}", exception);
        }

        Delete(Directory.EnumerateFiles(directory, $"*{Extension}.*{AtomicFile.TemporaryExtension}"));
    }

    private CheckpointStore(string directory, string kind)
    {
        _directory = directory;
        _kind = kind;
        _keep = int.MaxValue;
    }

    /// <summary>For looking: creates no folder, and leaves alone what another process may be saving.</summary>
    public static CheckpointStore ForReading(string directory, string kind) => new(directory, kind);

    /// <summary>Saves a numbered checkpoint, then deletes the oldest beyond the number to keep.</summary>
    /// <returns>The file's path.</returns>
    public string Save(CheckpointState state, IReadOnlyDictionary<string, Tensor> tensors)
    {
        string path = Path.Combine(_directory, $"{_kind}-{state.Step:D8}{Extension}");
        Checkpoint.Write(path, _kind, state, tensors);

        // Later steps come from a continuation that was given up when the run went back to an earlier checkpoint. Left in place,
        // they would count as the latest ones.
        IReadOnlyList<string> all = All();
        Delete(all.Where(file => StepOf(file) > state.Step));
        Delete(all.Where(file => StepOf(file) <= state.Step).SkipLast(_keep));
        return path;
    }

    /// <summary>Saves a checkpoint under a name of its own, such as <c>best</c>, replacing the former one.</summary>
    /// <returns>The file's path.</returns>
    public string SaveAs(string name, CheckpointState state, IReadOnlyDictionary<string, Tensor> tensors)
    {
        string path = Path.Combine(_directory, name + Extension);
        Checkpoint.Write(path, _kind, state, tensors);
        return path;
    }

    /// <summary>Paths of the numbered checkpoints, oldest first.</summary>
    public IReadOnlyList<string> All() => NumberedFiles(_directory, _kind);

    /// <summary>Paths of the numbered checkpoints in a folder that another process may be writing, oldest first.</summary>
    public static IReadOnlyList<string> NumberedFiles(string directory, string kind) => !Directory.Exists(directory)
        ? []
        :
        [
            .. Directory.EnumerateFiles(directory, $"{kind}-*{Extension}")
                .Where(path => StepOf(path, kind) is not null)
                .OrderBy(path => StepOf(path, kind)),
        ];

    /// <summary>Path of the newest numbered checkpoint; null if there is none.</summary>
    public string? Latest() => All() is [.., var latest] ? latest : null;

    /// <summary>Opens a checkpoint and compares it with its checksum.</summary>
    /// <exception cref="CheckpointException">It is damaged; the message names the newest intact one before it.</exception>
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
                // Damaged as well: look further back.
            }
        }

        return $"There is no intact checkpoint{place}; the training has to start again.";
    }

    /// <summary>A file that stays costs space, a training that stops costs more: the next save tries again.</summary>
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

    /// <summary>Null for a file that is not numbered by this store.</summary>
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
