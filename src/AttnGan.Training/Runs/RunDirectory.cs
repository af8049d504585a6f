using System.Text;
using System.Text.Json;
using AttnGan.Training.Checkpoints;
using AttnGan.Training.Configuration;

namespace AttnGan.Training.Runs;

/// <summary>
/// The folder of a run: <c>config.yml</c>, <c>vocabulary.json</c>, and a subfolder each for DAMSM and GAN training. While it is open, no
/// other process can open it; the operating system releases the lock when the process ends, even if it is killed.
/// </summary>
internal sealed class RunDirectory : IDisposable
{
    private const string LockName = ".lock";
    private const string ConfigName = "config.yml";

    // A process that checks if a run is in use (IsInUse) holds its lock for an instant.
    private const int LockAttempts = 5;
    private static readonly TimeSpan s_lockPause = TimeSpan.FromMilliseconds(20);

    private readonly FileStream? _lock;

    private RunDirectory(string path, FileStream? lockFile)
    {
        _lock = lockFile;
        Path = path;
        Damsm = new RunPart(path, TrainingKind.Damsm);
        Gan = new RunPart(path, TrainingKind.Gan);
    }

    public string Path { get; }

    /// <summary>The effective configuration.</summary>
    public string ConfigPath => System.IO.Path.Combine(Path, ConfigName);

    /// <summary>The reasons of a configuration that was chosen for the data.</summary>
    public string ChoicePath => System.IO.Path.Combine(Path, "choice.txt");

    public string VocabularyPath => System.IO.Path.Combine(Path, "vocabulary.json");

    /// <summary>True if the folder of an open run was moved or deleted.</summary>
    public bool IsGone => !File.Exists(System.IO.Path.Combine(Path, LockName));

    public RunPart Damsm { get; }

    public RunPart Gan { get; }

    /// <summary>Opens a run for writing and creates its folder if there is none.</summary>
    /// <exception cref="AttnGanException">
    /// Another training has the run open, the folder cannot be written, or it is not the folder of a run.
    /// </exception>
    public static RunDirectory Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            RefuseOtherFolders(path);
            return new RunDirectory(path, Lock(path, System.IO.Path.Combine(path, LockName)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The run folder `{path}` cannot be used: {exception.Message}", exception);
        }
    }

    /// <summary>
    /// Opens a run, which may not exist yet, for reading. Creates nothing and does not lock it: a training may have it open.
    /// </summary>
    /// <exception cref="AttnGanException">The folder cannot be read, or is not the folder of a run.</exception>
    internal static RunDirectory OpenReadOnly(string path)
    {
        try
        {
            if (File.Exists(path))
            {
                throw new AttnGanException($"The run folder `{path}` cannot be used: it is a file.");
            }

            if (Directory.Exists(path))
            {
                RefuseOtherFolders(path);
            }

            return new RunDirectory(path, lockFile: null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The run folder `{path}` cannot be used: {exception.Message}", exception);
        }
    }

    /// <summary>Returns true if a folder is the folder of a run.</summary>
    internal static bool IsRun(string path) => new[] { LockName, ConfigName }.Any(name => File.Exists(System.IO.Path.Combine(path, name)));

    /// <summary>Returns true if a training has the run open.</summary>
    internal static bool IsInUse(string path)
    {
        try
        {
            using var probe = new FileStream(
                System.IO.Path.Combine(path, LockName), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return false;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Returns the path of the newest checkpoint of a run, which may be in training; null if there is none.</summary>
    /// <param name="path">The folder of the run.</param>
    /// <param name="kind"><see cref="TrainingKind.Damsm"/> or <see cref="TrainingKind.Gan"/>.</param>
    internal static string? NewestCheckpoint(string path, string kind) =>
        CheckpointStore.ForReading(new RunPart(path, kind).Checkpoints, kind).Latest();

    /// <summary>
    /// Returns the checkpoint that a path names: itself, or for a run folder its best DAMSM or its newest GAN.
    /// </summary>
    /// <param name="path">A checkpoint or the folder of a run.</param>
    /// <param name="kind"><see cref="TrainingKind.Damsm"/> or <see cref="TrainingKind.Gan"/>.</param>
    /// <exception cref="AttnGanException">The folder has no such checkpoint, or cannot be read.</exception>
    internal static string CheckpointOf(string path, string kind)
    {
        if (!Directory.Exists(path))
        {
            return path;
        }

        string best = new RunPart(path, kind).BestCheckpoint;
        return (kind == TrainingKind.Damsm && File.Exists(best) ? best : NewestCheckpoint(path, kind)) ?? throw new AttnGanException(
            $"The folder `{path}` has no trained {kind.ToUpperInvariant()}. Give the folder of a run that has one, or a checkpoint.");
    }

    /// <summary>Writes the configuration and the vocabulary of the run, and why the configuration was chosen, if it was.</summary>
    internal void Describe(AttnGanConfig config, IReadOnlyList<string> vocabulary, IReadOnlyList<string>? choice = null)
    {
        if (choice is { Count: > 0 })
        {
            AtomicFile.Write(ChoicePath, stream => stream.Write(Encoding.UTF8.GetBytes(string.Join('\n', choice) + '\n')));
        }

        AtomicFile.Write(ConfigPath, stream => stream.Write(Encoding.UTF8.GetBytes(ConfigReader.Write(config))));
        AtomicFile.Write(VocabularyPath, stream => JsonSerializer.Serialize(stream, vocabulary));
    }

    public void Dispose() => _lock?.Dispose();

    private static void RefuseOtherFolders(string path)
    {
        if (!IsRun(path) && Directory.EnumerateFileSystemEntries(path).Any())
        {
            throw new AttnGanException($"The folder `{path}` is not empty and is not the folder of a run; give a new or an empty folder.");
        }
    }

    private static FileStream Lock(string path, string lockPath)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new FileStream(lockPath, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (File.Exists(lockPath) && attempt < LockAttempts)
            {
                Thread.Sleep(s_lockPause);
            }
            catch (IOException exception) when (File.Exists(lockPath))
            {
                throw new AttnGanException(
                    $"The run folder `{path}` is in use by another training; wait for it, stop it, or give another folder " +
                    $"({exception.Message})",
                    exception);
            }
        }
    }
}
