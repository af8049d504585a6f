using System.Diagnostics;

namespace AttnGan.Web.Tests;

/// <summary>The bundled model's site as <c>attngan export --web</c> writes it, on a static host.</summary>
public sealed class StaticSite : IPageHost, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("attngan-web-");
    private FileHost? _host;

    public Uri Page => _host!.Page;

    public string Folder => Path.Combine(_folder.FullName, "site");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(
            File.Exists(Path.Combine(AppContext.BaseDirectory, "web/runtime/ort-wasm-simd-threaded.wasm")),
            "ONNX Runtime for browsers is not there: run `npm ci --ignore-scripts --prefix eng/web-runtime` and build again.");
        (int exitCode, string output) = await ExportAsync(Folder);
        Assert.True(exitCode == 0, output);
        _host = await FileHost.StartAsync(Folder, "'wasm-unsafe-eval'");
    }

    public async ValueTask DisposeAsync()
    {
        if (_host is not null)
        {
            await _host.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

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
