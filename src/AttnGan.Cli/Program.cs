using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.RegularExpressions;
using AttnGan;
using AttnGan.Cli.Dataset;
using AttnGan.Cli.Evaluate;
using AttnGan.Cli.Export;
using AttnGan.Cli.Generate;
using AttnGan.Cli.Hosting;
using AttnGan.Cli.Import;
using AttnGan.Cli.Info;
using AttnGan.Cli.Mcp;
using AttnGan.Cli.Runs;
using AttnGan.Cli.Serve;
using AttnGan.Cli.Train;

// Numbers are read and written the same on every machine.
CultureInfo.CurrentCulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;

using var interruption = new Interruption();
var rank = new RankProcess();

// Not a RootCommand, which takes its name from the executable.
var root = new DocumentedCommand(
    "attngan",
    "Generate images from captions, and train the model (AttnGAN: text to image with word attention).",
    "attngan generate \"a red heart\" --out out",
    "attngan dataset check DIR",
    "attngan train --data DIR --config configs/emoji.yml --run runs/first",
    "attngan serve");
(string Name, Func<Command> Create)[] commands =
[
    ("generate", () => GenerateCommand.Create(interruption)),
    ("train", () => TrainCommand.Create(interruption, rank)),
    ("evaluate", () => EvaluateCommand.Create(interruption)),
    ("runs", RunsCommand.Create),
    ("dataset", () => DatasetCommand.Create(interruption)),
    ("info", InfoCommand.Create),
    ("serve", () => ServeCommand.Create(interruption)),
    ("mcp", () => McpCommand.Create(interruption)),
    ("export", ExportCommand.Create),
    ("import", ImportCommand.Create),
];
// The options of all commands take longer to create than the image of one; only help needs them.
bool isNamed = args.Length > 0 && commands.Any(command => command.Name == args[0]);
foreach ((string name, Func<Command> create) in commands)
{
    if (!isNamed || name == args[0])
    {
        root.Add(create());
    }
}

var help = new HelpOption();
help.Action = new HelpWithExamples((HelpAction)help.Action!);
root.Add(help);
root.Add(new VersionOption());
root.Add(CommonOptions.Verbose);

ParseResult arguments = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
try
{
    if (arguments.Action is ParseErrorAction)
    {
        return rank.Fail(null, () => ReportUsage(arguments));
    }

    if (args is not ["train", ..])
    {
        rank.RequireAlone(string.Join(' ', CommandPath(arguments.CommandResult).Skip(1)));
    }

    return arguments.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Stopped.");
    return interruption.ExitCode;
}
catch (Exception exception)
{
    return rank.Fail(exception, () => Report(exception));
}

static int ReportUsage(ParseResult arguments)
{
    // The library's message names the .NET type.
    const string NotANumber = "^Cannot parse argument '(.*)' for option '(.*)' as expected type '.*Int(32|64).*$";
    string command = string.Join(' ', CommandPath(arguments.CommandResult));
    if (arguments.CommandResult is { Tokens.Count: 0, Children: var children } && !children.Any() && arguments.UnmatchedTokens.Count == 0)
    {
        // The command only groups others: list them.
        arguments.RootCommandResult.Command.Parse([.. CommandPath(arguments.CommandResult).Skip(1), "--help"]).Invoke();
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

static IEnumerable<string> CommandPath(CommandResult command) =>
    command.Parent is CommandResult parent ? CommandPath(parent).Append(command.Command.Name) : [command.Command.Name];

int Report(Exception exception)
{
    bool isBug = false;
    string message = exception is AttnGanException ? exception.Message : NativeFailure.Explain(exception) ?? Unexpected();
    rank.Error.WriteLine($"error: {rank.Prefix}{message}");
    if (arguments.GetValue(CommonOptions.Verbose) || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("ATTNGAN_DEBUG")))
    {
        rank.Error.WriteLine(exception);
    }
    else if (isBug)
    {
        rank.Error.WriteLine("This is a bug. Please report it with the output of the same command with `--verbose`.");
    }

    return exception is UsageException ? ExitCodes.Usage : ExitCodes.Failure;

    string Unexpected()
    {
        isBug = true;
        return $"unexpected {exception.GetType().Name}: {exception.Message}";
    }
}
