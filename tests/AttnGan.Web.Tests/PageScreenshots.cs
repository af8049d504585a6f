using Microsoft.Playwright;

namespace AttnGan.Web.Tests;

/// <summary>
/// Takes the page's screenshots for the documentation, on request only:
/// <c>dotnet run --project tests/AttnGan.Web.Tests -c Release -- -explicit only</c>.
/// </summary>
[Collection(nameof(Browsing))]
public sealed class PageScreenshots(Chromium chromium, StaticSite site) : IClassFixture<StaticSite>
{
    private const long MaxBytes = 400_000;

    [Fact(Explicit = true)]
    public async Task Desktop()
    {
        const string Caption = "a yellow smiling face with sunglasses";
        await using PageDriver page = await PageDriver.OpenAsync(chromium, site, Caption, 2, new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 1120, Height = 1340 },
            ColorScheme = ColorScheme.Light,
        });
        await page.SettledAsync(Caption, 2);
        await page.Page.Locator(".word", new PageLocatorOptions { HasText = "sunglasses" }).HoverAsync();
        await CaptureAsync(page, "page-desktop.png");
    }

    [Fact(Explicit = true)]
    public async Task Phone()
    {
        const string Misspelled = "a yellow smiling face with sunglases";
        await using PageDriver page = await PageDriver.OpenAsync(chromium, site, Misspelled, 2, new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 375, Height = 1340 },
            ColorScheme = ColorScheme.Dark,
            IsMobile = true,
            HasTouch = true,
        });
        await page.SettledAsync(Misspelled, 2);
        await CaptureAsync(page, "page-phone.png");
    }

    private static async Task CaptureAsync(PageDriver page, string name)
    {
        // Waits for all transitions.
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        string path = Path.Combine(Repository.Root, "docs/images", name);
        await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = path });
        Assert.InRange(new FileInfo(path).Length, 1, MaxBytes);
    }
}
