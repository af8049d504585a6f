using AttnGan.Imaging;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AttnGan.Web.Tests;

/// <summary>Uses a page as a visitor does, and collects the browser's errors and warnings.</summary>
internal sealed class PageDriver : IAsyncDisposable
{
    private readonly List<string> _messages = [];

    private PageDriver(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            // Chromium.OpenAsync blocks service workers by default, which Playwright reports on the console.
            bool isBlocked = message.Text.StartsWith("Service Worker registration blocked by Playwright", StringComparison.Ordinal);
            if (message.Type is "error" or "warning" && !isBlocked)
            {
                _messages.Add($"{message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => _messages.Add(error);
        page.Request += (_, request) => Requests.Add(new Uri(request.Url));
    }

    public IPage Page { get; }

    public List<Uri> Requests { get; } = [];

    /// <summary>True if the test provokes errors; otherwise errors and warnings of the browser fail it.</summary>
    public bool ExpectsErrors { get; set; }

    public ILocator Caption => Page.Locator("#caption");

    public ILocator Words => Page.Locator(".word");

    public ILocator Problem => Page.Locator("#problem");

    public ILocator Frames => Page.Locator(".frame");

    public ILocator Canvases => Page.Locator(".stage canvas");

    public ILocator Seeds => Page.Locator("#seed-list button");

    /// <summary>Opens a page with a fragment.</summary>
    public static async Task<PageDriver> OpenAsync(
        Chromium chromium, IPageHost host, string hash = "", BrowserNewContextOptions? options = null)
    {
        var driver = new PageDriver(await chromium.OpenAsync(options));
        await driver.Page.GotoAsync(host.Page + hash);
        return driver;
    }

    /// <summary>Opens a page with a caption and a seed, and waits for the image.</summary>
    public static async Task<PageDriver> OpenAsync(
        Chromium chromium, IPageHost host, string caption, long seed, BrowserNewContextOptions? options = null)
    {
        PageDriver driver = await OpenAsync(chromium, host, $"#caption={Uri.EscapeDataString(caption)}&seed={seed}", options);
        await driver.GeneratedAsync(caption, seed);
        return driver;
    }

    /// <summary>Waits until the page shows an image with all its stages.</summary>
    public async Task GeneratedAsync(string caption, long? seed = null) =>
        await Page.Locator($"body[data-generated{(seed is null ? "^" : "")}={Quote(caption + '|' + seed)}]").WaitForAsync();

    /// <summary>Waits until the page shows the thumbnails of all seeds too.</summary>
    public async Task SettledAsync(string caption, long? seed = null) =>
        await Page.Locator($"body[data-settled{(seed is null ? "^" : "")}={Quote(caption + '|' + seed)}]").WaitForAsync();

    public async Task<long> SeedAsync() => long.Parse(await Page.Locator("#seed").InputValueAsync());

    /// <summary>Returns the widths of the content and of the window; they are equal unless the page scrolls sideways.</summary>
    public Task<int[]> WidthsAsync() =>
        Page.EvaluateAsync<int[]>("[document.documentElement.scrollWidth, document.body.scrollWidth, innerWidth]");

    /// <summary>Returns the pixels of a canvas.</summary>
    public static async Task<RgbImage> PixelsAsync(ILocator canvas)
    {
        int[] data = await canvas.EvaluateAsync<int[]>(
            "canvas => [canvas.width, ...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]");
        int size = data[0];
        var image = new RgbImage(size, size);
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            image.Pixels[i] = (byte)data[1 + (i / 3 * 4) + (i % 3)];
        }

        return image;
    }

    public async Task<RgbImage> StageAsync(int index) => await PixelsAsync(Canvases.Nth(index));

    /// <summary>Waits until a condition holds; the page may be busy.</summary>
    public static async Task UntilAsync(string description, Func<Task<bool>> condition)
    {
        for (var clock = System.Diagnostics.Stopwatch.StartNew(); !await condition(); await Task.Delay(25))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(2), $"Timed out waiting until {description}.");
        }
    }

    /// <summary>Asserts that axe-core finds no violations.</summary>
    public async Task IsAccessibleAsync(string state)
    {
        // Waits for transitions: text has low contrast while it fades.
        await Page.EvaluateAsync(
            "Promise.all(document.getAnimations().filter(animation => animation.effect.getComputedTiming().endTime < Infinity)" +
            ".map(animation => animation.finished.catch(() => {})))");
        AxeResult result = await Page.RunAxe();
        Assert.True(result.Passes.Length > 20, $"{state}: only {result.Passes.Length} rules applied.");
        Assert.True(
            result.Violations.Length == 0,
            $"{state}:\n" + string.Join('\n', result.Violations.Select(violation =>
                $"{violation.Id}: {violation.Help}\n  {string.Join("\n  ", violation.Nodes.Select(node => node.Html))}")));
    }

    public async ValueTask DisposeAsync()
    {
        await Page.Context.CloseAsync();
        if (!ExpectsErrors && TestContext.Current.TestState?.Result != TestResult.Failed)
        {
            Assert.Empty(_messages);
        }
    }

    private static string Quote(string text)
    {
        string escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return $"\"{escaped}\"";
    }
}
