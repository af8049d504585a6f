using System.CommandLine;
using AttnGan.Cli.Hosting;

namespace AttnGan.Cli.Manual;

/// <summary><c>attngan manual</c>: prints the manual page of all commands.</summary>
internal static class ManualCommand
{
    // Reproducible builds set it: https://reproducible-builds.org/specs/source-date-epoch/
    private const string DateVariable = "SOURCE_DATE_EPOCH";

    public static Command Create()
    {
        var command = new DocumentedCommand(
            "manual",
            "Print the manual page of all commands, for man.",
            "attngan manual > attngan.1",
            "attngan manual | man -l -");
        command.SetAction(arguments =>
        {
            new ManualPage(Console.Out).Write((DocumentedCommand)arguments.RootCommandResult.Command, Date());
            return ExitCodes.Success;
        });
        return command;
    }

    private static DateTimeOffset Date() =>
        long.TryParse(Environment.GetEnvironmentVariable(DateVariable), out long seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : TimeProvider.System.GetUtcNow();
}
