using System.CommandLine;
using AttnGan.Cli.Hosting;
using AttnGan.Training.Configuration;

namespace AttnGan.Cli.Dataset;

/// <summary><c>attngan dataset</c>: groups the commands on datasets.</summary>
internal static class DatasetCommand
{
    public static Command Create(Interruption interruption) =>
        new DocumentedCommand("dataset", "Check, convert, make and show datasets.", "attngan dataset check datasets/sample")
        {
            DatasetCheckCommand.Create(interruption),
            DatasetConvertCommand.Create(interruption),
            DatasetMakeCommand.Create(interruption),
            DatasetShowCommand.Create(),
        };

    /// <summary>Reads the configuration that a dataset is read with: a file, or the defaults, with settings in place of its own.</summary>
    internal static AttnGanConfig ReadConfig(string? file, string[] settings) => file is null
        ? ConfigReader.Parse("", "on the command line", settings)
        : ConfigReader.Read(file, settings, Terminal.Warn);
}
