using AttnGan.Imaging;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AttnGan.Web.Tests;

/// <summary>Uses a page as a reader does, and notes what the browser complains of.</summary>
internal sealed class PageDriver : IAsyncDisposable
{
    private readonly List<string> _complaints = [];

    private PageDriver(IPage page)
    {
        Page = page;
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _complaints.Add($"{message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => _complaints.Add(error);
        page.Request += (_, request) => Requests.Add(new Uri(request.Url));
    }

    public IPage Page { get; }

    public List<Uri> Requests { get; } = [];

    /// <summary>Errors of the page that the test asks for; all others fail it.</summary>
    public bool ExpectsErrors { get; set; }

    public ILocator Caption => Page.Locator("#caption");

    public ILocator Words => Page.Locator(".word");

    public ILocator Problem => Page.Locator("#problem");

    public ILocator Frames => Page.Locator(".frame");

    public ILocator Canvases => Page.Locator(".stage canvas");

    public ILocator Seeds => Page.Locator("#seed-list button");

    /// <summary>Opens a page; with a caption in the address it is drawn before this returns.</summary>
    public static async Task<PageDriver> OpenAsync(Chromium chromium, IPageHost host, string hash = "", BrowserNewContextOptions? options = null)
    {
        var driver = new PageDriver(await chromium.OpenAsync(options));
        await driver.Page.GotoAsync(host.Page + hash);
        return driver;
    }

    public static Task<PageDriver> OpenAsync(Chromium chromium, IPageHost host, string caption, long seed, BrowserNewContextOptions? options = null) =>
        OpenDrawnAsync(chromium, host, $"#caption={Uri.EscapeDataString(caption)}&seed={seed}", caption, seed, options);

    /// <summary>Waits until an image stands there, its words and its first stage's too.</summary>
    public async Task DrawnAsync(string caption, long? seed = null) =>
        await Page.Locator($"body[data-drawn{(seed is null ? "^" : "")}={Quote(caption + '|' + seed)}]").WaitForAsync();

    /// <summary>Waits until the thumbnails of all seeds are there too.</summary>
    public async Task SettledAsync(string caption, long? seed = null) =>
        await Page.Locator($"body[data-settled{(seed is null ? "^" : "")}={Quote(caption + '|' + seed)}]").WaitForAsync();

    public async Task<long> SeedAsync() => long.Parse(await Page.Locator("#seed").InputValueAsync());

    /// <summary>The pixels of a canvas.</summary>
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

    /// <summary>Waits until something of the page is so; the page may be busy drawing.</summary>
    public static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        for (var clock = System.Diagnostics.Stopwatch.StartNew(); !await condition(); await Task.Delay(25))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromMinutes(1), $"Waited in vain until {what}.");
        }
    }

    /// <summary>No rule of axe-core is broken.</summary>
    public async Task IsAccessibleAsync(string state)
    {
        // What fades is hard to read for as long as it does.
        await Page.EvaluateAsync(
            "Promise.all(document.getAnimations().filter(one => one.effect.getComputedTiming().endTime < Infinity).map(one => one.finished.catch(() => {})))");
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
            Assert.Empty(_complaints);
        }
    }

    private static async Task<PageDriver> OpenDrawnAsync(
        Chromium chromium, IPageHost host, string hash, string caption, long seed, BrowserNewContextOptions? options)
    {
        PageDriver driver = await OpenAsync(chromium, host, hash, options);
        await driver.DrawnAsync(caption, seed);
        return driver;
    }

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
