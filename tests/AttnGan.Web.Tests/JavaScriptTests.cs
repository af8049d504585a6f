using System.ComponentModel;
using System.Diagnostics;

namespace AttnGan.Web.Tests;

/// <summary>Runs the JavaScript tests of the page with Node: <c>node --test tests/AttnGan.Web.Tests/JavaScript/*.test.js</c>.</summary>
public sealed class JavaScriptTests
{
    [Fact]
    public async Task JavaScript_tests_pass()
    {
        (int exitCode, string version) = await Node("--version");
        Assert.SkipWhen(exitCode != 0, "Node is not installed; install version 20.19 or later to run the JavaScript tests.");
        var parsed = Version.Parse(version.Trim().TrimStart('v'));
        Assert.SkipWhen(parsed < new Version(20, 19), $"Node {parsed} does not detect ES modules; install version 20.19 or later.");

        string folder = Path.Combine(Repository.Root, "tests/AttnGan.Web.Tests/JavaScript");
        string[] files = [.. Directory.GetFiles(folder, "*.test.js").Order(StringComparer.Ordinal)];
        (exitCode, string output) = await Node(["--test", .. files]);

        Assert.True(files.Length >= 5 && exitCode == 0, output);
    }

    private static async Task<(int ExitCode, string Output)> Node(params string[] arguments)
    {
        var start = new ProcessStartInfo("node", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
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
