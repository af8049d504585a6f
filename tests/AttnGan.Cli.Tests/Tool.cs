using System.Diagnostics;

namespace AttnGan.Cli.Tests;

/// <summary>A program of the system that a test uses if it is installed.</summary>
internal static class Tool
{
    /// <summary>Skips the test if a program is not on the path.</summary>
    public static void SkipWithout(string name)
    {
        string[] path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Assert.SkipUnless(path.Any(folder => File.Exists(Path.Combine(folder, name))), $"The program `{name}` is not installed.");
    }

    /// <summary>Runs a program with text on its standard input, and returns what it prints.</summary>
    public static (int ExitCode, string Output) Run(string name, string input, params string[] arguments)
    {
        var start = new ProcessStartInfo(name, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        string output = process.StandardOutput.ReadToEnd() + error.Result;
        process.WaitForExit();
        return (process.ExitCode, output);
    }
}
