using Microsoft.Playwright;

namespace AttnGan.Web.Tests;

/// <summary>Measures the time from a key press to the images, for docs/benchmarks.md; see bench/page/run.sh.</summary>
[Collection(nameof(Browsing))]
public sealed class PageTimings(Chromium chromium, StaticSite site, RunningServer server) :
    IClassFixture<StaticSite>, IClassFixture<RunningServer>
{
    // Times are those of the first frame of the browser after an image.
    private const string Measure = """
        (caption) => {
          const field = document.getElementById('caption');
          const times = { start: 0, first: 0, last: 0 };
          field.addEventListener('keydown', (event) => { times.start = event.timeStamp; }, { once: true });
          window.timing = new Promise((resolve) => {
            const observer = new MutationObserver(() => {
              const { stage, generated } = document.body.dataset;
              if (!times.first && stage?.startsWith(caption + '|')) {
                requestAnimationFrame(() => { times.first ||= performance.now(); });
              }
              if (generated?.startsWith(caption + '|')) {
                observer.disconnect();
                requestAnimationFrame(() => resolve([(times.first || performance.now()) - times.start, performance.now() - times.start]));
              }
            });
            observer.observe(document.body, { attributes: true });
          });
        }
        """;

    private static readonly string[] s_captions =
        ["a red heart", "a blue car", "a yellow star", "a brown dog", "a green tree", "a white cat", "an orange sun", "a pink flower"];

    [Fact(Explicit = true)]
    public async Task From_a_key_press_to_the_images()
    {
        await PrintAsync("static site, one thread", site, ServiceWorkerPolicy.Block);
        await PrintAsync("static site, threads", site, ServiceWorkerPolicy.Allow);
        await PrintAsync("server", server, ServiceWorkerPolicy.Block);
    }

    private async Task PrintAsync(string name, IPageHost host, ServiceWorkerPolicy serviceWorkers)
    {
        await using PageDriver page = await PageDriver.OpenAsync(
            chromium, host, "a red heart", 42, new BrowserNewContextOptions { ServiceWorkers = serviceWorkers });
        if (serviceWorkers == ServiceWorkerPolicy.Allow)
        {
            await page.Page.EvaluateAsync("navigator.serviceWorker.ready");
            await page.Page.ReloadAsync();
        }

        await page.SettledAsync("a red heart", 42);
        List<double> first = [], last = [];
        for (int round = 0; round < 3; round++)
        {
            foreach (string caption in s_captions)
            {
                // Another seed, so that no image is in the cache.
                string start = caption[..^1];
                await page.Page.Locator("#seed").FillAsync($"{(round * 100) + first.Count}");
                await page.Caption.FillAsync(start);
                await Task.Delay(1500, TestContext.Current.CancellationToken);
                await page.Caption.PressAsync("End");
                await page.Page.EvaluateAsync(Measure, caption);
                await page.Page.Keyboard.PressAsync($"{caption[^1]}");
                double[] times = await page.Page.EvaluateAsync<double[]>("window.timing");
                first.Add(times[0]);
                last.Add(times[1]);
            }
        }

        TestContext.Current.SendDiagnosticMessage(
            $"{name}: first stage {Median(first):F0} ms, last {Median(last):F0} ms (median of {first.Count} key presses)");
        Assert.All(first.Zip(last), pair => Assert.InRange(pair.First, 1, pair.Second));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
