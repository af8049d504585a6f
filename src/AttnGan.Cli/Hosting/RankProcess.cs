using AttnGan.Training.Data;
using AttnGan.Training.Distributed;

namespace AttnGan.Cli.Hosting;

/// <summary>
/// This process as one of the ranks of an MPI launcher, or alone. The first rank speaks for all: the others write nothing, unless one of
/// them fails.
/// </summary>
internal sealed class RankProcess
{
    // An error that all ranks meet is reported by the first, which ends the others while they wait. Launchers take their time for it.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly Launcher? _launcher = Launcher.Detect();
    private World? _world;

    public RankProcess()
    {
        Error = Console.Error;
        if (_launcher is { Rank: > 0 })
        {
            Console.SetOut(TextWriter.Null);
            Console.SetError(TextWriter.Null);
        }
    }

    /// <summary>The error stream, also of a rank that is silent otherwise.</summary>
    public TextWriter Error { get; }

    /// <summary>True for a process that speaks for itself or for all ranks.</summary>
    public bool IsFirst => _launcher is null or { Rank: 0 };

    /// <summary>Rank and machine for messages; empty for a process alone.</summary>
    public string Prefix => _launcher is null ? "" : $"rank {_launcher.Rank} on {Environment.MachineName}: ";

    /// <summary>Number of processors for each rank on this machine; null for a process alone, which uses all.</summary>
    public int? Processors => _launcher is null ? null : Math.Max(1, Environment.ProcessorCount / _launcher.LocalSize);

    /// <summary>The number of this rank on its machine, from 0.</summary>
    public int LocalRank => _launcher?.LocalRank ?? 0;

    /// <summary>Joins the ranks of the launcher.</summary>
    /// <exception cref="AttnGanException">Its MPI library cannot be used.</exception>
    public World Join() => _world = World.Join(_launcher);

    /// <summary>Refuses a command that several ranks would run side by side.</summary>
    /// <exception cref="UsageException">A launcher has started several ranks.</exception>
    public void RequireAlone(string command)
    {
        if (_launcher is not null)
        {
            throw new UsageException(
                $"`attngan {command}` runs in one process, but {_launcher.Name} started {_launcher.Size} ranks, which would all do the " +
                "same. Run it without the launcher; `attngan train` is the command that shares its work among ranks.");
        }
    }

    /// <summary>Reports an error, then ends all ranks.</summary>
    /// <param name="error">The error; null for invalid arguments.</param>
    /// <param name="report">Writes the message to <see cref="Error"/> and returns the exit code.</param>
    /// <returns>The exit code.</returns>
    public int Fail(Exception? error, Func<int> report)
    {
        bool isOwn = error?.InnerException is DamagedImageException; // each rank reads other images
        if (!IsFirst && !isOwn)
        {
            Thread.Sleep(s_patience);
        }

        // Before the ranks have joined, those of a machine fail for the same reason: wrong arguments, a missing library.
        if (_world is null && LocalRank > 0)
        {
            return ExitCodes.Failure;
        }

        int exitCode = report();
        _world?.Abort(exitCode);
        return exitCode;
    }
}
