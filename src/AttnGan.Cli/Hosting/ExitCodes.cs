namespace AttnGan.Cli.Hosting;

/// <summary>Exit codes of the process. After a signal the code is 128 plus the signal's number (<see cref="Interruption"/>).</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>A file, the machine or the training caused the failure.</summary>
    public const int Failure = 1;

    /// <summary>The command line is invalid.</summary>
    public const int Usage = 2;
}
