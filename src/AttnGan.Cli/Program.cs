using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using AttnGan;
using AttnGan.Cli;
using AttnGan.Cli.Commands;

using var interruption = new Interruption();

// Not a RootCommand: that one is named after the program's file.
var root = new DocumentedCommand(
    "attngan",
    "Draws pictures from captions, and learns to (AttnGAN: text to image with attention to words).",
    "attngan generate \"a red heart\" --out out",
    "attngan dataset check DIR",
    "attngan train --data DIR --config configs/emoji.yml --run runs/first")
{
    GenerateCommand.Create(interruption),
    TrainCommand.Create(interruption),
    DatasetCommand.Create(interruption),
    ExportCommand.Create(),
};
var help = new HelpOption();
help.Action = new HelpWithExamples((HelpAction)help.Action!);
root.Add(help);
root.Add(new VersionOption());
root.Add(CommonOptions.Verbose);

ParseResult arguments = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
try
{
    if (arguments.Action is ParseErrorAction parseError)
    {
        return ReportUsage(arguments, parseError);
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
    return Report(exception);
}

static int ReportUsage(ParseResult arguments, ParseErrorAction action)
{
    if (arguments.Tokens.Count == 0)
    {
        arguments.CommandResult.Command.Parse("--help").Invoke();
        return ExitCodes.Usage;
    }

    foreach (string message in arguments.Errors.Select(error => error.Message).Distinct())
    {
        Console.Error.WriteLine($"error: {message}");
    }

    return ExitCodes.Usage;
}

int Report(Exception exception)
{
    bool isBug = false;
    string message = exception is AttnGanException ? exception.Message : NativeFailure.Explain(exception) ?? Unexpected();
    Console.Error.WriteLine($"error: {message}");
    if (arguments.GetValue(CommonOptions.Verbose) || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("ATTNGAN_DEBUG")))
    {
        Console.Error.WriteLine(exception);
    }
    else if (isBug)
    {
        Console.Error.WriteLine("This is a bug. Please report it, with what the same command prints with `--verbose`.");
    }

    return exception is UsageException ? ExitCodes.Usage : ExitCodes.Failure;

    string Unexpected()
    {
        isBug = true;
        return $"unexpected {exception.GetType().Name}: {exception.Message}";
    }
}
