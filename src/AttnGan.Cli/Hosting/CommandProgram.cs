using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;

namespace AttnGan.Cli.Hosting;

/// <summary>A program of commands: runs the one that is named first, and turns exceptions into messages and exit codes.</summary>
internal sealed class CommandProgram : IDisposable
{
    private readonly Interruption _interruption = new();

    /// <summary>What the program does, for its help.</summary>
    public required string Description { get; init; }

    /// <summary>Examples for its help.</summary>
    public required string[] Examples { get; init; }

    /// <summary>The commands; the function is called for those that are needed.</summary>
    public required IReadOnlyList<(string Name, Func<Interruption, Command> Create)> Commands { get; init; }

    /// <summary>Commands that describe the program; they need all others.</summary>
    public required IReadOnlyList<Func<Command>> Descriptions { get; init; }

    /// <summary>Commands that only <see cref="TrainingProgram"/> has.</summary>
    public IReadOnlyList<CommandOfTraining> TrainingCommands { get; init; } = [];

    /// <summary>The processes that run the command together.</summary>
    public required IRanks Ranks { get; init; }

    /// <summary>Runs a command line and returns the exit code.</summary>
    public int Run(string[] arguments)
    {
        // Numbers are read and written the same on every machine.
        CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            return RunHereOrHandOver(arguments);
        }
        catch (OperationCanceledException)
        {
            return Ranks.Fail(null, () =>
            {
                Console.Error.WriteLine("Stopped.");
                return _interruption.ExitCode;
            });
        }
        catch (Exception exception)
        {
            return Ranks.Fail(exception, () => Report(exception, arguments.Contains(CommonOptions.Verbose.Name)));
        }
    }

    public void Dispose() => _interruption.Dispose();

    private int RunHereOrHandOver(string[] arguments)
    {
        try
        {
            return RunHere(arguments);
        }
        catch (TrainingRequiredException) when (TrainingProgram.Find() is { } training)
        {
            return training.Run(arguments);
        }
    }

    private int RunHere(string[] arguments)
    {
        if (arguments is [var name, ..] && TrainingCommands.FirstOrDefault(command => command.Name == name) is { } training)
        {
            throw training.Required();
        }

        ParseResult parsed = Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            return Ranks.Fail(null, () => ReportUsage(parsed));
        }

        Ranks.Check(arguments);
        return parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    }

    private ParseResult Parse(string[] arguments)
    {
        // Not a RootCommand, which takes its name from the executable.
        var root = new DocumentedCommand("attngan", Description, Examples);
        // The options of all commands take longer to create than the image of one; only help and the like need them.
        if (arguments is [var name, ..] && Commands.FirstOrDefault(command => command.Name == name).Create is { } create)
        {
            root.Add(create(_interruption));
        }
        else
        {
            root.AddAll(Commands.Select(command => command.Create(_interruption)));
            root.AddAll(TrainingCommands);
            root.AddAll(Descriptions.Select(describe => describe()));
        }

        var help = new HelpOption();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        root.Add(help);
        root.Add(new VersionOption());
        root.Add(CommonOptions.Verbose);
        return root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
    }

    private static int ReportUsage(ParseResult arguments)
    {
        // The library's message names the .NET type.
        const string NotANumber = "^Cannot parse argument '(.*)' for option '(.*)' as expected type '.*Int(32|64).*$";
        CommandResult result = arguments.CommandResult;
        string command = string.Join(' ', CommandPath(result));
        if (result.Tokens.Count == 0 && !result.Children.Any() && arguments.UnmatchedTokens.Count == 0)
        {
            // The command only groups others: list them.
            arguments.RootCommandResult.Command.Parse([.. CommandPath(result).Skip(1), "--help"]).Invoke();
        }

        // An unknown word already explains why a command is missing.
        string[] messages = [.. arguments.Errors.Select(error => error.Message).Distinct()];
        foreach (string message in messages.Where(message => messages.Length == 1 || message != "Required command was not provided."))
        {
            string text = Regex.Replace(message, NotANumber, "`$2 $1`: expected a whole number.");
            Console.Error.WriteLine($"error: {text}");
        }

        Console.Error.WriteLine($"See `{command} --help`.");
        return ExitCodes.Usage;
    }

    private static IEnumerable<string> CommandPath(CommandResult command) =>
        command.Parent is CommandResult parent ? CommandPath(parent).Append(command.Command.Name) : [command.Command.Name];

    private int Report(Exception exception, bool verbose)
    {
        string? message = exception is AttnGanException ? exception.Message : NativeFailure.Explain(exception);
        Ranks.Error.WriteLine($"error: {Ranks.Prefix}{message ?? $"unexpected {exception.GetType().Name}: {exception.Message}"}");
        if (verbose || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("ATTNGAN_DEBUG")))
        {
            Ranks.Error.WriteLine(exception);
        }
        else if (message is null)
        {
            Ranks.Error.WriteLine("This is a bug. Please report it with the output of the same command with `--verbose`.");
        }

        return exception is UsageException ? ExitCodes.Usage : ExitCodes.Failure;
    }
}
