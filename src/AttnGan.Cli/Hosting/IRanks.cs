namespace AttnGan.Cli.Hosting;

/// <summary>The processes that a launcher started for one command, this one among them.</summary>
internal interface IRanks
{
    /// <summary>The error stream, also of a process that is silent otherwise.</summary>
    TextWriter Error { get; }

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
