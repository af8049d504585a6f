using System.CommandLine;

namespace AttnGan.Cli.Commands;

internal static class GenerateCommand
{
    public static Command Create(Interruption interruption)
    {
        _ = interruption;
        return new DocumentedCommand("generate", "Draws.");
    }
}
