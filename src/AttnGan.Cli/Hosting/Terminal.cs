using System.Text;
using Spectre.Console;

namespace AttnGan.Cli.Hosting;

/// <summary>The two streams of the command: results go to the output, progress and warnings to the error stream.</summary>
internal static class Terminal
{
    // A file has no width; tables shall not be squeezed into one of 80 columns.
    private const int WidthOfFiles = 160;

    public static IAnsiConsole Output { get; } = Create(() => Console.Out, Console.IsOutputRedirected);

    public static IAnsiConsole Error { get; } = Create(() => Console.Error, Console.IsErrorRedirected);

    /// <summary>Whether lines can be drawn over: a person is watching.</summary>
    public static bool IsLive(IAnsiConsole console) => console.Profile.Capabilities.Ansi && console.Profile.Out.IsTerminal;

    /// <summary>A line on the error stream, never wrapped or colored.</summary>
    public static void Warn(string message) => Console.Error.WriteLine($"warning: {message}");

    /// <summary>Words of others, without what a terminal would obey.</summary>
    public static string Harmless(string text) => string.Concat(text.Select(character => char.IsControl(character) ? ' ' : character));

    /// <summary>Runs work that tells how far it is; on a terminal with a progress bar on the error stream.</summary>
    public static T WithProgress<T>(string title, Func<IProgress<(int Done, int Total)>, T> work)
    {
        if (!IsLive(Error))
        {
            return work(new Ignored());
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
            // Before the writer is taken: it keeps the encoding that it was made with.
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
            console.Profile.Width = WidthOfFiles;
        }

        return console;
    }

    private sealed class Ignored : IProgress<(int Done, int Total)>
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
