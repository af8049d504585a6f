using System.CommandLine;
using System.CommandLine.Completions;
using AttnGan.Cli.Hosting;

namespace AttnGan.Cli.Completion;

/// <summary><c>attngan completion</c>: prints scripts with which shells complete command lines.</summary>
internal static class CompletionCommand
{
    private static readonly (string Shell, string Name, string Script)[] s_shells =
    [
        ("bash", "bash", "attngan.bash"),
        ("zsh", "zsh", "attngan.zsh"),
        ("fish", "fish", "attngan.fish"),
        ("pwsh", "PowerShell", "attngan.ps1"),
    ];

    private static readonly Argument<string> s_line = new("LINE")
    {
        Description = "The command line up to the cursor, without the program.",
    };

    public static Command Create()
    {
        var command = new DocumentedCommand(
            "completion",
            "Print a script with which a shell completes command lines. Its first line says where to put it.",
            "source <(attngan completion bash)",
            "attngan completion fish | source");
        foreach ((string shell, string name, string script) in s_shells)
        {
            var print = new Command(shell, $"Print the script for {name}.");
            print.SetAction(_ => Print(script));
            command.Add(print);
        }

        var list = new Command("list", "Print the completions of a command line, for the scripts.") { s_line };
        list.Hidden = true;
        list.SetAction(List);
        command.Add(list);
        return command;
    }

    private static int Print(string script)
    {
        using Stream stream = typeof(CompletionCommand).Assembly.GetManifestResourceStream(script)!;
        using var reader = new StreamReader(stream);
        Console.Out.Write(reader.ReadToEnd());
        return ExitCodes.Success;
    }

    /// <summary>Prints a completion in each line: the word, and after a tab its description.</summary>
    private static int List(ParseResult arguments)
    {
        string line = arguments.GetRequiredValue(s_line);
        ParseResult parsed = arguments.RootCommandResult.Command.Parse(line);
        if (parsed.CommandResult.Command is CommandOfTraining command)
        {
            throw command.Required();
        }

        foreach (CompletionItem item in parsed.GetCompletions(line.Length).Where(item => IsUsual(item.Label)))
        {
            Console.Out.WriteLine(item.Detail is { } description ? $"{item.Label}\t{FirstSentence(description)}" : item.Label);
        }

        return ExitCodes.Success;
    }

    // Help has names for the habits of every system.
    private static bool IsUsual(string label) => label is not ("-?" or "/?" or "/h");

    private static string FirstSentence(string text) => text.Split(". ", 2)[0].TrimEnd('.');
}
