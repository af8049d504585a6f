using System.Text;
using Spectre.Console;

namespace AttnGan.Cli.Hosting;

/// <summary>The output streams of a command: standard output for results, standard error for progress and warnings.</summary>
internal static class Terminal
{
    // Redirected output has no width; 80 columns, the default, would squeeze tables.
    private const int RedirectedWidth = 160;

    // Created on first use: most commands use neither or one.
    private static readonly Lazy<IAnsiConsole> s_output = new(() => Create(() => Console.Out, Console.IsOutputRedirected));
    private static readonly Lazy<IAnsiConsole> s_error = new(() => Create(() => Console.Error, Console.IsErrorRedirected));

    public static IAnsiConsole Output => s_output.Value;

    public static IAnsiConsole Error => s_error.Value;

    /// <summary>Returns true if the console is a terminal that can overwrite lines.</summary>
    public static bool IsLive(IAnsiConsole console) => console.Profile.Capabilities.Ansi && console.Profile.Out.IsTerminal;

    /// <summary>Writes a warning to the error stream, without wrapping or color.</summary>
    public static void Warn(string message) => Console.Error.WriteLine($"warning: {message}");

    /// <summary>Replaces control characters in untrusted text with spaces.</summary>
    public static string Sanitize(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));

    /// <summary>Runs work that reports progress; on a terminal with a progress bar on the error stream.</summary>
    public static T WithProgress<T>(string title, Func<IProgress<(int Done, int Total)>, T> work)
    {
        if (Console.IsErrorRedirected || !IsLive(Error))
        {
            return work(new NullProgress());
        }

        return Error.Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .Start(context => work(new Bar(context.AddTask(title))));
    }

    private static IAnsiConsole Create(Func<TextWriter> writer, bool redirected)
    {
        if (OperatingSystem.IsWindows() && !redirected)
        {
            // Before the writer is created: it keeps the encoding at that time.
            Console.OutputEncoding = Encoding.UTF8;
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer()),
            Interactive = redirected ? InteractionSupport.No : InteractionSupport.Detect,
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
        });
        if (redirected)
        {
            console.Profile.Width = RedirectedWidth;
        }

        return console;
    }

    private sealed class NullProgress : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value)
        {
        }
    }

    private sealed class Bar(ProgressTask task) : IProgress<(int Done, int Total)>
    {
        public void Report((int Done, int Total) value)
        {
            task.MaxValue = value.Total;
            task.Value = Math.Max(task.Value, value.Done);
        }
    }
}
