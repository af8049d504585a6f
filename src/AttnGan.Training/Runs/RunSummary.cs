using AttnGan.Training.Configuration;

namespace AttnGan.Training.Runs;

/// <summary>The state of a run.</summary>
internal enum RunState
{
    /// <summary>A training has the run open.</summary>
    Running,

    /// <summary>The run can be resumed.</summary>
    Stopped,

    /// <summary>The last epoch has ended.</summary>
    Complete,

    /// <summary>Some of its files cannot be read.</summary>
    Broken,
}

/// <summary>A summary of a run, which may be in training. Reading it writes nothing and keeps no file open.</summary>
/// <param name="Name">The name of the folder.</param>
/// <param name="State">The state of the run.</param>
/// <param name="Problem">Error messages of the files that cannot be read; null if there are none.</param>
/// <param name="Config">The effective configuration; null if it cannot be read.</param>
/// <param name="Parts">The trainings that have begun, DAMSM before GAN.</param>
/// <param name="Bytes">Total size of all files.</param>
/// <param name="Changed">Time of the last change of a file.</param>
internal sealed record RunSummary(
    string Name,
    RunState State,
    string? Problem,
    AttnGanConfig? Config,
    IReadOnlyList<RunPartSummary> Parts,
    long Bytes,
    DateTimeOffset Changed)
{
    /// <summary>The current or last training; null before the first step.</summary>
    public RunPartSummary? Current => Parts is [.., var last] ? last : null;

    /// <summary>Reads the runs in a folder, ordered by name, or the run if the folder is the folder of a run.</summary>
    /// <exception cref="AttnGanException">The folder does not exist.</exception>
    public static IReadOnlyList<RunSummary> ReadAll(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new AttnGanException($"The folder `{folder}` does not exist. Give the folder that contains the run folders.");
        }

        return RunDirectory.IsRun(folder)
            ? [Read(folder)]
            : [.. Directory.EnumerateDirectories(folder).Where(RunDirectory.IsRun).Order(StringComparer.Ordinal).Select(Read)];
    }

    /// <summary>Reads a run.</summary>
    /// <exception cref="AttnGanException">The folder is not the folder of a run.</exception>
    public static RunSummary Read(string path)
    {
        if (!RunDirectory.IsRun(path))
        {
            throw new AttnGanException($"`{path}` is not the folder of a run: it has no `config.yml`. `attngan runs` lists runs.");
        }

        var run = RunDirectory.OpenReadOnly(path);
        List<string> problems = [];
        AttnGanConfig? config = Try(() => ConfigReader.Read(run.ConfigPath), problems);
        RunPartSummary[] parts =
        [
            .. new (RunPart Part, int? Epochs, int? BatchSize)[]
                {
                    (run.Damsm, config?.Damsm.Epochs, config?.Damsm.BatchSize), (run.Gan, config?.Gan.Epochs, config?.Gan.BatchSize),
                }
                .Where(part => part.Part.HasBegun)
                .Select(part => Try(() => RunPartSummary.Read(part.Part, part.Epochs, part.BatchSize), problems))
                .OfType<RunPartSummary>(),
        ];
        problems.AddRange(parts.Select(part => part.Problem).OfType<string>());
        RunState state = RunDirectory.IsInUse(path) ? RunState.Running
            : problems.Count > 0 ? RunState.Broken
            : parts is [.., { IsComplete: true }] ? RunState.Complete
            : RunState.Stopped;
        (long bytes, DateTimeOffset changed) = Measure(path);
        return new RunSummary(
            new DirectoryInfo(path).Name, state, problems.Count == 0 ? null : string.Join('\n', problems), config, parts, bytes, changed);
    }

    private static T? Try<T>(Func<T> read, List<string> problems)
        where T : class
    {
        try
        {
            return read();
        }
        catch (AttnGanException exception)
        {
            problems.Add(exception.Message);
            return null;
        }
    }

    private static (long Bytes, DateTimeOffset Changed) Measure(string path)
    {
        long bytes = 0;
        DateTime changed = DateTime.UnixEpoch;
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None };
        foreach (FileInfo file in new DirectoryInfo(path).EnumerateFiles("*", options))
        {
            try
            {
                bytes += file.Length;
                changed = file.LastWriteTimeUtc > changed ? file.LastWriteTimeUtc : changed;
            }
            catch (FileNotFoundException)
            {
                // A training has replaced or deleted it since.
            }
        }

        return (bytes, new DateTimeOffset(changed, TimeSpan.Zero));
    }
}
