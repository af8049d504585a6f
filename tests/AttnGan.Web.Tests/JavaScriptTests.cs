namespace AttnGan.Web.Tests;

/// <summary>Runs the JavaScript tests of the page with Node: <c>node --test tests/AttnGan.Web.Tests/JavaScript/*.test.js</c>.</summary>
public sealed class JavaScriptTests
{
    [Fact]
    public async Task JavaScript_tests_pass()
    {
        await NodeProcess.SkipUnlessInstalledAsync();
        string folder = Path.Combine(Repository.Root, "tests/AttnGan.Web.Tests/JavaScript");
        string[] files = [.. Directory.GetFiles(folder, "*.test.js").Order(StringComparer.Ordinal)];
        (int exitCode, string output) = await NodeProcess.RunAsync([], ["--test", .. files]);

        Assert.True(files.Length >= 5 && exitCode == 0, output);
    }
}
