using System.Diagnostics;
using AttnGan.Imaging;
using Microsoft.Playwright;

namespace AttnGan.Web.Tests;

/// <summary>
/// Takes the page's screenshots for the documentation, and records how it is used, on request only:
/// <c>dotnet run --project tests/AttnGan.Web.Tests -c Release -- -explicit only -class '*PageScreenshots'</c>.
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

    /// <summary>Records typing in real time, 10 frames per second.</summary>
    [Fact(Explicit = true)]
    public async Task Typing()
    {
        const string Caption = "a yellow star";
        var interval = TimeSpan.FromMilliseconds(100);
        await using PageDriver page = await PageDriver.OpenAsync(chromium, site, "a red heart", 2, new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = 760, Height = 680 },
            ColorScheme = ColorScheme.Light,
        });
        await page.SettledAsync("a red heart", 2);
        await page.Caption.SelectTextAsync();
        byte[] latest = await page.Page.ScreenshotAsync();
        ICDPSession session = await page.Page.Context.NewCDPSessionAsync(page.Page);
        session.Event("Page.screencastFrame").OnEvent += async (_, frame) =>
        {
            latest = frame!.Value.GetProperty("data").GetBytesFromBase64();
            await session.SendAsync("Page.screencastFrameAck", new() { ["sessionId"] = frame.Value.GetProperty("sessionId").GetInt32() });
        };
        await session.SendAsync("Page.startScreencast", new() { ["format"] = "png" });

        Task typing = page.Caption.PressSequentiallyAsync(Caption, new LocatorPressSequentiallyOptions { Delay = 180 });
        List<byte[]> frames = [];
        var clock = Stopwatch.StartNew();
        for (int rest = 25; rest > 0; rest -= typing.IsCompleted ? 1 : 0)
        {
            frames.Add(latest);
            TimeSpan next = (frames.Count * interval) - clock.Elapsed;
            await Task.Delay(next > TimeSpan.Zero ? next : TimeSpan.Zero, TestContext.Current.CancellationToken);
        }

        await typing;
        string path = Path.Combine(Repository.Root, "docs/images/page-typing.webp");
        RgbImage[] images = [.. frames.Select(frame => RgbImage.Decode(frame, RgbColor.White, "frame"))];
        Animation.Save(path, images, new AnimationOptions { FrameDuration = (int)interval.TotalMilliseconds });
        Assert.InRange(new FileInfo(path).Length, 1, 5 * MaxBytes);
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
