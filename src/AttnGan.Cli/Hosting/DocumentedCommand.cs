using System.CommandLine;

namespace AttnGan.Cli.Hosting;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class DocumentedCommand(string name, string description, params string[] examples) : Command(name, description)
{
    public IReadOnlyList<string> Examples { get; } = examples;

    /// <summary>Adds subcommands.</summary>
    public void AddAll(IEnumerable<Command> commands)
    {
        foreach (Command command in commands)
        {
            Add(command);
        }
    }
}
