using AttnGan.Training.Configuration;

namespace AttnGan.Training.Runs;

/// <summary>What a run is doing.</summary>
internal enum RunState
{
    /// <summary>A training has it open.</summary>
    Running,

    /// <summary>It can be continued.</summary>
    Stopped,

    /// <summary>Its last epoch has ended.</summary>
    Complete,

    /// <summary>Part of it cannot be read.</summary>
    Broken,
}

/// <summary>A run as it lies on disk, and may be in training. Nothing is written or kept open.</summary>
/// <param name="Name">The folder's name.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Problem">What cannot be read; null if all can.</param>
/// <param name="Config">Its effective configuration; null where that cannot be read.</param>
/// <param name="Parts">DAMSM and GAN, as far as they have begun.</param>
/// <param name="Bytes">Size of all files.</param>
/// <param name="Changed">When a file of it was last written.</param>
internal sealed record RunSummary(
    string Name, RunState State, string? Problem, AttnGanConfig? Config, IReadOnlyList<RunPartSummary> Parts, long Bytes, DateTimeOffset Changed)
{
    /// <summary>What is trained now, or was at last; null before the first step.</summary>
    public RunPartSummary? Current => Parts is [.., var last] ? last : null;

    /// <summary>The runs in a folder by name, or the one that the folder is itself.</summary>
    /// <exception cref="AttnGanException">There is no such folder.</exception>
    public static IReadOnlyList<RunSummary> ReadAll(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new AttnGanException($"There is no folder of runs `{folder}`. Give the folder that the folders of runs lie in.");
        }

        return RunDirectory.IsRun(folder)
            ? [Read(folder)]
            : [.. Directory.EnumerateDirectories(folder).Where(RunDirectory.IsRun).Order(StringComparer.Ordinal).Select(Read)];
    }

    /// <exception cref="AttnGanException">The folder is not that of a run.</exception>
    public static RunSummary Read(string path)
    {
        if (!RunDirectory.IsRun(path))
        {
            throw new AttnGanException($"`{path}` is not the folder of a run: it has no `config.yml`. `attngan runs` lists runs.");
        }

        var run = RunDirectory.Look(path);
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
                // A training has replaced or removed it since.
            }
        }

        return (bytes, new DateTimeOffset(changed, TimeSpan.Zero));
    }
}
