namespace AttnGan.Cli.Hosting;

/// <summary>The command was asked for something that it cannot do, whatever the state of the files: exit code 2.</summary>
internal sealed class UsageException(string message) : AttnGanException(message);
