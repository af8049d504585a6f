using System.CommandLine;
using AttnGan.Cli.Hosting;

namespace AttnGan.Cli.Dataset;

/// <summary><c>attngan dataset</c>: groups the commands on datasets.</summary>
internal static class DatasetCommand
{
    public static Command Create(Interruption interruption) =>
        new DocumentedCommand("dataset", "Check, convert and make datasets.", "attngan dataset check datasets/sample")
        {
            DatasetCheckCommand.Create(interruption),
            DatasetConvertCommand.Create(interruption),
            DatasetMakeCommand.Create(interruption),
        };
}
