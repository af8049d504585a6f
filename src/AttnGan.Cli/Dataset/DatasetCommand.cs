using System.CommandLine;
using AttnGan.Cli.Hosting;

namespace AttnGan.Cli.Dataset;

/// <summary><c>attngan dataset</c>: what concerns data sets.</summary>
internal static class DatasetCommand
{
    public static Command Create(Interruption interruption) =>
        new DocumentedCommand("dataset", "Looks after data sets.", "attngan dataset check datasets/sample")
        {
            DatasetCheckCommand.Create(interruption),
            DatasetConvertCommand.Create(interruption),
        };
}
