namespace AttnGan.Cli.Hosting;

/// <summary>Thrown when the command line is invalid regardless of any files; leads to exit code 2.</summary>
internal sealed class UsageException(string message) : AttnGanException(message);
