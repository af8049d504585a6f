using System.CommandLine;
using System.CommandLine.Help;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using AttnGan.Cli.Hosting;

namespace AttnGan.Cli.Manual;

/// <summary>Writes a manual page of a command and all its subcommands in mdoc, the markup of man.</summary>
internal sealed partial class ManualPage(TextWriter output)
{
    // mdoc's limit is 80 bytes, of which a letter such as é takes some.
    private const int MaxLine = 72;

    /// <summary>Writes the page.</summary>
    /// <param name="root">The command of the program.</param>
    /// <param name="date">The date of the page.</param>
    public void Write(DocumentedCommand root, DateTimeOffset date)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $".Dd {date:MMMM d, yyyy}"));
        output.WriteLine($".Dt {root.Name.ToUpperInvariant()} 1");
        output.WriteLine(".Os");
        output.WriteLine(".Sh NAME");
        output.WriteLine($".Nm {root.Name}");
        output.WriteLine(".Nd generate images from captions");
        output.WriteLine(".Sh SYNOPSIS");
        output.WriteLine(".Nm");
        output.WriteLine(".Ar command");
        output.WriteLine(".Op Ar options");
        output.WriteLine(".Sh DESCRIPTION");
        WriteText(root.Description!);
        foreach (Command command in root.Subcommands)
        {
            WriteCommand(root.Name, command);
        }

        output.WriteLine(".Ss Options of all commands");
        WriteItems(root);
        output.WriteLine(".Sh ENVIRONMENT");
        output.WriteLine(".Bl -tag -width Ds");
        output.WriteLine(".It Ev ATTNGAN_DEBUG");
        WriteText("Not empty: errors have stack traces.");
        output.WriteLine(".El");
        output.WriteLine(".Sh EXIT STATUS");
        WriteText("0 for success, 1 for a failure, 2 for an invalid command line, 130 after Ctrl-C and 143 after SIGTERM.");
        output.WriteLine(".Sh EXAMPLES");
        WriteExamples(root);
    }

    private void WriteCommand(string parents, Command command)
    {
        if (command.Hidden)
        {
            return;
        }

        string name = $"{parents} {command.Name}";
        output.WriteLine($".Ss {Escape(name)}{string.Concat(command.Arguments.Select(argument => $" {Escape(argument.Name)}"))}");
        WriteText(command.Description!);
        WriteItems(command);
        if (command is DocumentedCommand documented)
        {
            WriteText("Examples:");
            WriteExamples(documented);
        }

        foreach (Command subcommand in command.Subcommands)
        {
            WriteCommand(name, subcommand);
        }
    }

    /// <summary>Writes the arguments and options of a command.</summary>
    private void WriteItems(Command command)
    {
        (string Head, string? Description)[] items =
        [
            .. command.Arguments.Select(argument => ($"Ar {Escape(argument.Name)}", argument.Description)),
            .. command.Options.Where(option => !option.Hidden).Select(option => (HeadOf(option), option.Description)),
        ];
        if (items.Length == 0)
        {
            return;
        }

        output.WriteLine(".Bl -tag -width Ds");
        foreach ((string head, string? description) in items)
        {
            output.WriteLine($".It {head}");
            WriteText(description ?? "");
        }

        output.WriteLine(".El");
    }

    private static string HeadOf(Option option)
    {
        IEnumerable<string> aliases = option is HelpOption ? ["-h"] : option.Aliases.Order(StringComparer.Ordinal);
        string[] names = [option.Name, .. aliases];
        string value = option.HelpName is { } help ? $" Ar {Escape(help)}" : "";
        return string.Join(" , ", names.Select(name => $"Fl {Escape(name[1..])}{value}"));
    }

    /// <summary>Writes text as mdoc asks for it: each sentence begins a line, and lines are short.</summary>
    private void WriteText(string text)
    {
        foreach (string sentence in SentenceEnd().Split(text))
        {
            var line = new StringBuilder();
            foreach (string word in Escape(sentence).Split(' '))
            {
                if (line.Length > 0 && line.Length + 1 + word.Length > MaxLine)
                {
                    output.WriteLine(line);
                    line.Clear();
                }

                line.Append(line.Length > 0 ? " " : "").Append(word);
            }

            output.WriteLine(line);
        }
    }

    private void WriteExamples(DocumentedCommand command)
    {
        output.WriteLine(".Bd -literal -offset indent");
        foreach (string example in command.Examples)
        {
            output.WriteLine(Escape(example));
        }

        output.WriteLine(".Ed");
    }

    /// <summary>Escapes what mdoc would take for markup: backslashes, hyphens, and words that may be macros.</summary>
    private static string Escape(string text) =>
        MacroName().Replace(text.Replace(@"\", @"\e", StringComparison.Ordinal).Replace("-", @"\-", StringComparison.Ordinal), @"\&$0");

    [GeneratedRegex(@"(?<=[.!?:])\s+(?=[A-Z`-])")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"(?<!\S)([A-Z%][a-zA-Z0-9]{1,2}|[.']\S*)(?!\S)")]
    private static partial Regex MacroName();
}
