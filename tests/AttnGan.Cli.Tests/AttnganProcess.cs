using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace AttnGan.Cli.Tests;

/// <summary>The attngan command in a separate process.</summary>
internal sealed class AttnganProcess : IDisposable
{
    public const int SigInt = 2;
    public const int SigKill = 9;
    public const int SigTerm = 15;

    // Far longer than any test takes, for machines under load.
    private static readonly TimeSpan s_timeout = TimeSpan.FromMinutes(3);

    /// <summary>The program that runs the command.</summary>
    public static string Dotnet { get; } =
        Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";

    /// <summary>The command with all that it can do.</summary>
    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "AttnGan.Train.Cli.dll");

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private AttnganProcess(
        IEnumerable<string> arguments,
        string workingDirectory,
        (string Name, string Value)? variable = null,
        params IEnumerable<string> command)
    {
        var start = new ProcessStartInfo
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
        };
        // Processes that a shell starts in the background ignore SIGINT, and so do their children.
        string[] prefix = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT"] : [];
        string[] line = [.. prefix, .. command, .. arguments];
        start.FileName = line[0];
        foreach (string argument in line[1..])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Remove("ATTNGAN_DEBUG");
        foreach ((string name, string value) in MpiLauncher.Variables)
        {
            start.Environment[name] = value;
        }

        if (variable is { } setting)
        {
            start.Environment[setting.Name] = setting.Value;
        }

        _process = new Process { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public string Output => Read(_output);

    public string Error => Read(_error);

    /// <summary>Everything that was printed, for messages of failing tests.</summary>
    public string Text => $"{Output}\n--- stderr ---\n{Error}";

    public static AttnganProcess Start(string workingDirectory, params IEnumerable<string> arguments) =>
        new(arguments, workingDirectory, null, Dotnet, Assembly);

    /// <summary>Starts a program that the build made: <c>attngan</c>, which has no libtorch.</summary>
    public static AttnganProcess StartProgram(string file, string workingDirectory, params IEnumerable<string> arguments) =>
        new(arguments, workingDirectory, ("DOTNET_ROOT", Path.GetFullPath("../../..", RuntimeEnvironment.GetRuntimeDirectory())), file);

    /// <summary>Starts the command on ranks.</summary>
    /// <param name="launcher">The name of a launcher (<see cref="MpiLauncher"/>).</param>
    /// <param name="ranks">Number of ranks.</param>
    /// <param name="workingDirectory">The working directory.</param>
    /// <param name="arguments">The arguments of the command.</param>
    /// <param name="variable">An environment variable.</param>
    public static AttnganProcess StartRanks(
        string launcher, int ranks, string workingDirectory, IEnumerable<string> arguments, (string, string)? variable = null) =>
        new(arguments, workingDirectory, variable, launcher, "-n", $"{ranks}", Dotnet, Assembly);

    /// <summary>Runs the command to completion.</summary>
    public static Result Run(string workingDirectory, params IEnumerable<string> arguments)
    {
        using AttnganProcess process = Start(workingDirectory, arguments);
        return process.WaitForExit();
    }

    /// <summary>Runs the command to completion with an environment variable.</summary>
    public static Result RunWith((string Name, string Value) variable, string workingDirectory, params IEnumerable<string> arguments)
    {
        using var process = new AttnganProcess(arguments, workingDirectory, variable, Dotnet, Assembly);
        return process.WaitForExit();
    }

    /// <summary>Runs the command to completion in a culture, with the globalization of .NET, which the program itself turns off.</summary>
    public static Result RunIn(string culture, string workingDirectory, params IEnumerable<string> arguments)
    {
        string config = Path.Combine(workingDirectory, "globalization.runtimeconfig.json");
        File.WriteAllText(config, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "AttnGan.Train.Cli.runtimeconfig.json"))
            .Replace("\"System.Globalization.Invariant\": true", "\"System.Globalization.Invariant\": false", StringComparison.Ordinal)
            .Replace("\"System.Globalization.PredefinedCulturesOnly\": true,", "", StringComparison.Ordinal));
        using var process = new AttnganProcess(
            arguments, workingDirectory, ("LC_ALL", $"{culture}.UTF-8"), Dotnet, "exec", "--runtimeconfig", config, Assembly);
        return process.WaitForExit();
    }

    public Result WaitForExit()
    {
        if (!_process.WaitForExit(s_timeout))
        {
            _process.Kill(entireProcessTree: true);
            Assert.Fail($"The command did not end within {s_timeout}.\n{Text}");
        }

        _process.WaitForExit(); // waits for the last lines of output
        return new Result(_process.ExitCode, Output, Error);
    }

    /// <summary>Waits for a condition while the command runs.</summary>
    public void WaitUntil(string description, Func<bool> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!condition())
        {
            if (_process.HasExited || clock.Elapsed > s_timeout)
            {
                Assert.Fail($"Condition not met: {description}. The command {(_process.HasExited ? "has ended" : "is running")}.\n{Text}");
            }

            Thread.Sleep(20);
        }
    }

    public void Signal(int signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{_process.Id}"]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    internal sealed record Result(int ExitCode, string Output, string Error)
    {
        public Result HasExitCode(int expected)
        {
            Assert.True(expected == ExitCode, $"Exit code {ExitCode}, expected {expected}.\n{Output}\n--- stderr ---\n{Error}");
            return this;
        }
    }
}
