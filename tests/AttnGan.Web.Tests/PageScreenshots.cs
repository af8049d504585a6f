using Microsoft.Playwright;

namespace AttnGan.Web.Tests;

/// <summary>
/// The README's images of the page, when asked for:
/// <c>dotnet run --project tests/AttnGan.Web.Tests -c Release -- -explicit only</c>.
/// </summary>
[Collection(nameof(Browsing))]
public sealed class PageScreenshots(Chromium chromium, StaticSite site) : IClassFixture<StaticSite>
{
    private const long MaxBytes = 400_000;

    [Fact(Explicit = true)]
    public async Task On_a_desktop()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, site, "a yellow smiling face with sunglasses", 2, new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 1120, Height = 1340 },
            ColorScheme = ColorScheme.Light,
        });
        await page.SettledAsync("a yellow smiling face with sunglasses", 2);
        await page.Page.Locator(".word", new PageLocatorOptions { HasText = "sunglasses" }).HoverAsync();
        await Shoot(page, "page-desktop.png");
    }

    [Fact(Explicit = true)]
    public async Task On_a_phone()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, site, "a yellow smiling face with sunglases", 2, new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 375, Height = 1340 },
            ColorScheme = ColorScheme.Dark,
            IsMobile = true,
            HasTouch = true,
        });
        await page.SettledAsync("a yellow smiling face with sunglases", 2);
        await Shoot(page, "page-phone.png");
    }

    private static async Task Shoot(PageDriver page, string name)
    {
        // What fades in and out has done so.
        await Task.Delay(1000, TestContext.Current.CancellationToken);
        string path = Path.Combine(Repository.Root, "docs/images", name);
        await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = path });
        Assert.InRange(new FileInfo(path).Length, 1, MaxBytes);
    }
}
