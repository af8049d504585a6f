using System.ComponentModel;
using System.Diagnostics;

namespace AttnGan.Tests.Shared;

/// <summary>Runs JavaScript with Node.</summary>
internal static class NodeProcess
{
    /// <summary>The first version that detects ES modules.</summary>
    private static readonly Version s_oldest = new(20, 19);

    /// <summary>Skips the test where Node is missing or too old.</summary>
    public static async Task SkipUnlessInstalledAsync()
    {
        (int exitCode, string version) = await RunAsync([], "--version");
        Assert.SkipWhen(exitCode != 0, $"Node is not installed; install version {s_oldest} or later.");
        var parsed = Version.Parse(version.Trim().TrimStart('v'));
        Assert.SkipWhen(parsed < s_oldest, $"Node {parsed} is too old; install version {s_oldest} or later.");
    }

    /// <summary>Runs Node to its end.</summary>
    /// <param name="variables">Environment variables.</param>
    /// <param name="arguments">The command line.</param>
    /// <returns>The exit code, -1 where Node is missing, and both output streams.</returns>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        IEnumerable<(string Name, string Value)> variables, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        try
        {
            using Process node = Process.Start(start)!;
            Task<string> errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await node.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (node.ExitCode, output + await errors);
        }
        catch (Win32Exception)
        {
            return (-1, "");
        }
    }
}
