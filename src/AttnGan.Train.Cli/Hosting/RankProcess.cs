using AttnGan.Training.Data;
using AttnGan.Training.Distributed;

namespace AttnGan.Cli.Hosting;

/// <summary>
/// This process as one of the ranks of an MPI launcher, or alone. The first rank speaks for all: the others write nothing, unless one of
/// them fails.
/// </summary>
internal sealed class RankProcess : IRanks
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

    public int Rank => _launcher?.Rank ?? 0;

    public int Size => _launcher?.Size ?? 1;

    public TextWriter Error { get; }

    /// <summary>True for a process that speaks for itself or for all ranks.</summary>
    public bool IsFirst => _launcher is null or { Rank: 0 };

    public string Prefix => _launcher is null ? "" : $"rank {_launcher.Rank} on {Environment.MachineName}: ";

    public int? Processors => _launcher is null ? null : Math.Max(1, Environment.ProcessorCount / _launcher.LocalSize);

    /// <summary>The number of this rank on its machine, from 0.</summary>
    public int LocalRank => _launcher?.LocalRank ?? 0;

    /// <summary>Joins the ranks of the launcher.</summary>
    /// <exception cref="AttnGanException">Its MPI library cannot be used.</exception>
    public World Join() => _world = World.Join(_launcher);

    void IRanks.Join() => Join();

    public IReadOnlyList<byte[]> Exchange(byte[] bytes) => (_world ?? World.Alone).Exchange(bytes);

    public void Leave() => _world?.Dispose();

    public void Check(string[] command)
    {
        if (command is [var name, ..] and not ["train" or "evaluate" or "generate", ..] && !name.StartsWith('-'))
        {
            RequireAlone(name);
        }
    }

    /// <summary>Refuses a command that several ranks would run side by side.</summary>
    /// <exception cref="UsageException">A launcher has started several ranks.</exception>
    public void RequireAlone(string command)
    {
        if (_launcher is not null)
        {
            throw new UsageException(
                $"`attngan {command}` runs in one process, but {_launcher.Name} started {_launcher.Size} ranks, which would all do the " +
                "same. Run it without the launcher; `attngan train`, `evaluate` and `generate` share their work among ranks.");
        }
    }

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
