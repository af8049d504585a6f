using System.Diagnostics;

namespace AttnGan.Web.Tests;

/// <summary>The bundled model's site as <c>attngan export --web</c> writes it, on a static host.</summary>
public sealed class StaticSite : IPageHost, IAsyncLifetime
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

    /// <summary>Where the site is.</summary>
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

        (int exitCode, string output) = await ExportAsync(Site);
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
    }

    /// <summary>Skips a test where the build found nothing to draw with in browsers.</summary>
    internal static void SkipWithoutRuntime() => Assert.SkipUnless(
        HasRuntime, "ONNX Runtime for browsers is not there: run `npm ci --ignore-scripts --prefix eng/web-runtime` and build again.");

    /// <summary>Runs <c>attngan export --web</c>.</summary>
    internal static async Task<(int ExitCode, string Output)> ExportAsync(string folder, params string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "AttnGan.Cli.dll");
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
