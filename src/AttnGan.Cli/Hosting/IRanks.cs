namespace AttnGan.Cli.Hosting;

/// <summary>The processes that a launcher started for one command, this one among them.</summary>
internal interface IRanks
{
    /// <summary>The error stream, also of a process that is silent otherwise.</summary>
    TextWriter Error { get; }

    /// <summary>The number of this process, from 0. The first one speaks for all.</summary>
    int Rank { get; }

    /// <summary>N: number of processes.</summary>
    int Size { get; }

    /// <summary>Number of processors for each process on this machine; null for a process alone, which uses all.</summary>
    int? Processors { get; }

    /// <summary>Joins the other processes.</summary>
    /// <exception cref="AttnGanException">What they communicate with cannot be used.</exception>
    void Join();

    /// <summary>Returns the bytes of each process, in their order. Waits for all.</summary>
    /// <param name="bytes">The bytes of this process, of any number.</param>
    IReadOnlyList<byte[]> Exchange(byte[] bytes);

    /// <summary>Leaves the other processes.</summary>
    void Leave();

    /// <summary>Which process this is, for messages; empty for a process alone.</summary>
    string Prefix { get; }

    /// <summary>Refuses a command that several processes would run side by side.</summary>
    /// <param name="command">The command line, without the program.</param>
    /// <exception cref="UsageException">A launcher has started several processes.</exception>
    void Check(string[] command);

    /// <summary>Reports an error, then ends all processes.</summary>
    /// <param name="error">The error; null for invalid arguments.</param>
    /// <param name="report">Writes the message and returns the exit code.</param>
    /// <returns>The exit code.</returns>
    int Fail(Exception? error, Func<int> report);
}
