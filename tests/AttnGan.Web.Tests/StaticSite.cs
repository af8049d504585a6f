using System.Diagnostics;

namespace AttnGan.Web.Tests;

/// <summary>The static site of the bundled model, exported with <c>attngan export --web</c>.</summary>
public class StaticSite : IPageHost, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("attngan-web-");
    private FileHost? _host;

    public Uri Page
    {
        get
        {
            SkipWithoutRuntime();
            return _host!.Page;
        }
    }

    /// <summary>The folder of the site.</summary>
    public string Folder
    {
        get
        {
            SkipWithoutRuntime();
            return Site;
        }
    }

    private static bool HasRuntime => File.Exists(Path.Combine(AppContext.BaseDirectory, "web/runtime/ort-wasm-simd-threaded.wasm"));

    private string Site => Path.Combine(_folder.FullName, "site");

    public async ValueTask InitializeAsync()
    {
        if (!HasRuntime)
        {
            return;
        }

        (int exitCode, string output) = await ExportAsync(Site, [.. ModelIn(_folder.FullName) is { } model ? [model] : (string[])[]]);
        Assert.True(exitCode == 0, output);
        _host = await FileHost.StartAsync(Site, "'wasm-unsafe-eval'");
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Returns the path of the model; null for the bundled one, with its initial caption.</summary>
    /// <param name="folder">A folder for files of the test.</param>
    protected virtual string? ModelIn(string folder) => null;

    /// <summary>Skips a test if the build did not include ONNX Runtime Web.</summary>
    internal static void SkipWithoutRuntime() => Assert.SkipUnless(
        HasRuntime, "ONNX Runtime Web is not installed: run `npm ci --ignore-scripts --prefix eng/web-runtime`, and build again.");

    /// <summary>Runs <c>attngan export --web</c>.</summary>
    internal static async Task<(int ExitCode, string Output)> ExportAsync(string folder, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "AttnGan.Train.Cli.dll");
        var start = new ProcessStartInfo("dotnet", [program, "export", "--web", folder, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output + await errors);
    }
}
