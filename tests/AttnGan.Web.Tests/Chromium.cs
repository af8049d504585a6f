using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(AttnGan.Web.Tests.Chromium))]

namespace AttnGan.Web.Tests;

/// <summary>One headless Chromium for all tests. It is the system's; nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] s_arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--no-first-run",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>Opens a page in a new browser context.</summary>
    public async Task<IPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        Assert.SkipWhen(
            _browser is null, "Chromium is not installed; install it (Debian: apt-get install chromium), or set CHROMIUM to its path.");
        options ??= new BrowserNewContextOptions();
        // Requests that a service worker answers cannot be intercepted. Tests of it allow it.
        options.ServiceWorkers ??= ServiceWorkerPolicy.Block;
        IBrowserContext context = await _browser.NewContextAsync(options);
        // Generous, because the machine may be busy, and the page loads a model of several megabytes.
        context.SetDefaultTimeout(60_000);
        return await context.NewPageAsync();
    }

    public async ValueTask InitializeAsync()
    {
        if (Find() is not { } program)
        {
            return;
        }

        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = program, Args = s_arguments });
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }

    private static string? Find()
    {
        string[] names = ["chromium", "chromium-browser", "google-chrome"];
        string path = Environment.GetEnvironmentVariable("PATH") ?? "";
        string[] folders = path.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return new[] { Environment.GetEnvironmentVariable("CHROMIUM") }
            .Concat(names.SelectMany(name => folders.Append("/usr/bin").Select(folder => Path.Combine(folder, name))))
            .FirstOrDefault(File.Exists);
    }
}
