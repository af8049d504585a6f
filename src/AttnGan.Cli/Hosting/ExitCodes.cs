namespace AttnGan.Cli.Hosting;

/// <summary>What the command tells the shell. After a signal it is 128 and the signal's number (<see cref="Interruption"/>).</summary>
internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>Something is wrong with the files, the machine or the training.</summary>
    public const int Failure = 1;

    /// <summary>Something is wrong with the command line.</summary>
    public const int Usage = 2;
}
