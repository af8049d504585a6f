using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AttnGan.Cli.Hosting;

/// <summary>
/// The program <c>attngan-train</c>: all commands, with libtorch. The small program <c>attngan</c> hands over to it where a command needs
/// libtorch.
/// </summary>
/// <param name="path">The program's file.</param>
internal sealed partial class TrainingProgram(string path)
{
    public const string Name = "attngan-train";

    /// <summary>Finds the program beside this one, or else on the path; null if it is not installed.</summary>
    public static TrainingProgram? Find()
    {
        string file = OperatingSystem.IsWindows() ? $"{Name}.exe" : Name;
        string?[] folders =
        [
            AppContext.BaseDirectory,
            Path.GetDirectoryName(Environment.ProcessPath), // the commands of dotnet tools lie apart from their assemblies
            .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        ];
        string? program = folders.OfType<string>().Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
        return program is null ? null : new TrainingProgram(program);
    }

    /// <summary>
    /// Runs a command line. On Unix the program replaces this process, so that signals and the terminal reach it directly; then this
    /// method does not return.
    /// </summary>
    /// <returns>The exit code.</returns>
    /// <exception cref="AttnGanException">The program cannot be started.</exception>
    public int Run(string[] arguments)
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = Execute(path, [path, .. arguments, null]);
            string reason = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
            throw new AttnGanException($"The program `{path}` cannot be started: {reason}.");
        }

        // Both processes receive Ctrl-C; the other one decides what happens.
        Console.CancelKeyPress += static (_, signal) => signal.Cancel = true;
        using var program = Process.Start(path, arguments);
        program.WaitForExit();
        return program.ExitCode;
    }

    [LibraryImport("libc", EntryPoint = "execv", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Execute(string path, string?[] arguments);
}
