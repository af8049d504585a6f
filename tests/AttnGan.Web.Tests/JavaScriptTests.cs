using System.ComponentModel;
using System.Diagnostics;

namespace AttnGan.Web.Tests;

/// <summary>The page's own tests, which node runs: <c>node --test tests/AttnGan.Web.Tests/JavaScript/*.test.js</c>.</summary>
public sealed class JavaScriptTests
{
    [Fact]
    public async Task The_pages_modules_pass_their_tests()
    {
        (int exitCode, string version) = await Node("--version");
        Assert.SkipWhen(exitCode != 0, "There is no node, which runs the tests of the page's modules; install Node 20.19 or later.");
        var parsed = Version.Parse(version.Trim().TrimStart('v'));
        Assert.SkipWhen(parsed < new Version(20, 19), $"Node {parsed} reads no modules without being told; install 20.19 or later.");

        string[] files = [.. Directory.GetFiles(Path.Combine(Repository.Root, "tests/AttnGan.Web.Tests/JavaScript"), "*.test.js").Order(StringComparer.Ordinal)];
        (exitCode, string output) = await Node(["--test", .. files]);

        Assert.True(files.Length >= 4 && exitCode == 0, output);
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
