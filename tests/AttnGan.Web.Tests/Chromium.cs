using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(AttnGan.Web.Tests.Chromium))]

namespace AttnGan.Web.Tests;

/// <summary>One headless Chromium for all tests: that of the system, nothing is downloaded.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] s_arguments =
    [
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--no-first-run",
    ];

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    /// <summary>A page of its own, with nothing remembered.</summary>
    public async Task<IPage> OpenAsync(BrowserNewContextOptions? options = null)
    {
        Assert.SkipWhen(_browser is null, "There is no Chromium; install it (Debian: apt-get install chromium) or name one in CHROMIUM.");
        IBrowserContext context = await _browser.NewContextAsync(options ?? new BrowserNewContextOptions());
        // A machine may be busy with something else, and a page loads a model of some megabytes.
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
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return new[] { Environment.GetEnvironmentVariable("CHROMIUM") }
            .Concat(names.SelectMany(name => folders.Append("/usr/bin").Select(folder => Path.Combine(folder, name))))
            .FirstOrDefault(File.Exists);
    }
}
