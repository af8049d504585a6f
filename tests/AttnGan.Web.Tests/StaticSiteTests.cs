using System.Text.Json;
using AttnGan.Imaging;
using AttnGan.Models;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AttnGan.Web.Tests;

/// <summary>The page as a static site, which generates in the visitor's browser.</summary>
[Collection(nameof(Browsing))]
public sealed class StaticSitePageTests(Chromium chromium, StaticSite site, BundledPipeline bundled)
    : PageTests(chromium, site, bundled), IClassFixture<StaticSite>, IClassFixture<BundledPipeline>;

/// <summary>Tests that apply only to static sites.</summary>
[Collection(nameof(Browsing))]
public sealed class StaticSiteTests(Chromium chromium, StaticSite site) : IClassFixture<StaticSite>
{
    [Fact]
    public async Task A_visitor_without_a_link_sees_an_image()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, site);
        await page.SettledAsync("a red heart");
        await Expect(page.Page.Locator("#card")).ToContainTextAsync("the captions that you type never leave it");
        Assert.False(await page.Page.EvaluateAsync<bool>("crossOriginIsolated"), "The host sends no headers for shared memory.");
        Assert.Single(page.Page.Workers);
    }

    /// <summary>The images are those of one thread, which other tests compare with the library's.</summary>
    [Fact]
    public async Task The_second_visit_generates_with_several_threads()
    {
        await using PageDriver page = await PageDriver.OpenAsync(
            chromium, site, "a red heart", 42, new BrowserNewContextOptions { ServiceWorkers = ServiceWorkerPolicy.Allow });
        Assert.False(await page.Page.EvaluateAsync<bool>("crossOriginIsolated"), "The first visit stays as it began.");
        await page.Page.EvaluateAsync("navigator.serviceWorker.ready");
        RgbImage[] first = [await page.StageAsync(0), await page.StageAsync(1), await page.StageAsync(2)];

        await page.Page.ReloadAsync();
        await page.GeneratedAsync("a red heart", 42);

        Assert.True(await page.Page.EvaluateAsync<bool>("crossOriginIsolated"));
        for (int stage = 0; stage < 3; stage++)
        {
            Assert.InRange(PageTests.Difference(first[stage], await page.StageAsync(stage)), 0, PageTests.Tolerance);
        }

        int processors = await page.Page.EvaluateAsync<int>("navigator.hardwareConcurrency");
        Assert.Equal(Math.Min(4, processors), page.Page.Workers.Count);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_reported_and_can_be_retried()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, site);
        page.ExpectsErrors = true;
        await page.Page.Context.RouteAsync("**/generator-1.onnx", route => route.FulfillAsync(new RouteFulfillOptions { Status = 404 }));
        await page.Page.GotoAsync("about:blank");
        await page.Page.GotoAsync(site.Page + "#caption=a+red+heart&seed=42");

        await Expect(page.Problem).ToContainTextAsync(
            "The model cannot be loaded. models/emoji/generator-1.onnx: the host responded with status 404.");
        await page.IsAccessibleAsync("a missing model");
        await page.Page.Context.UnrouteAllAsync();
        await page.Problem.GetByRole(AriaRole.Button).ClickAsync();
        await page.GeneratedAsync("a red heart", 42);
        await Expect(page.Problem).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Settings_that_cannot_be_loaded_are_reported()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, site);
        page.ExpectsErrors = true;
        await page.Page.Context.RouteAsync("**/config.json", route => route.AbortAsync());
        await page.Page.GotoAsync("about:blank");
        await page.Page.GotoAsync(site.Page.ToString());

        await Expect(page.Problem).ToContainTextAsync("config.json");
        await page.Page.Context.UnrouteAllAsync();
        await page.Problem.GetByRole(AriaRole.Button).ClickAsync();
        await page.GeneratedAsync("a red heart");
    }

    [Fact]
    public async Task A_damaged_model_is_reported()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, site);
        page.ExpectsErrors = true;
        await page.Page.Context.RouteAsync(
            "**/text-encoder.onnx", route => route.FulfillAsync(new RouteFulfillOptions { Body = "no model" }));
        await page.Page.GotoAsync("about:blank");
        await page.Page.GotoAsync(site.Page + "#caption=a+red+heart&seed=42");

        await Expect(page.Problem).ToContainTextAsync("The image cannot be generated.");
    }

    [Fact]
    public async Task The_site_contains_the_model_the_runtime_and_the_backend_setting()
    {
        string[] files =
        [
            .. Directory.GetFiles(site.Folder, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(site.Folder, file).Replace('\\', '/')),
        ];
        Assert.All(
            [
                "index.html", "app.js", "style.css", "backend/worker.js", "models/emoji/model.json", "models/emoji/generator-1.onnx",
                "models/emoji/text-encoder.onnx", "vendor/onnxruntime-web/ort.wasm.bundle.min.mjs",
                "vendor/onnxruntime-web/ort-wasm-simd-threaded.wasm", "vendor/onnxruntime-web/LICENSE",
            ],
            file => Assert.Contains(file, files));
        using JsonDocument config = await ReadJsonAsync(Path.Combine(site.Folder, "config.json"));
        Assert.Equal("browser", config.RootElement.GetProperty("backend").GetString());
        Assert.InRange(files.Sum(file => new FileInfo(Path.Combine(site.Folder, file)).Length), 1, 25_000_000);
    }

    internal static async Task<JsonDocument> ReadJsonAsync(string path) =>
        JsonDocument.Parse(await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
}

/// <summary>The command <c>attngan export --web</c>.</summary>
public sealed class ExportWebTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("attngan-web-");

    private string Site => Path.Combine(_folder.FullName, "site");

    [Fact]
    public async Task A_package_is_exported_with_custom_card_and_caption()
    {
        StaticSite.SkipWithoutRuntime();
        (int exitCode, string output) = await StaticSite.ExportAsync(
            Site, Repository.BundledModel, "--name", "My Birds", "--license", "CC0-1.0", "--caption", "a blue bird");

        Assert.True(exitCode == 0, output);
        Assert.Contains("My Birds, 1097 words", output);
        using JsonDocument config = await StaticSiteTests.ReadJsonAsync(Path.Combine(Site, "config.json"));
        Assert.Equal("a blue bird", config.RootElement.GetProperty("caption").GetString());
        Assert.Equal("models/my-birds/", config.RootElement.GetProperty("models")[0].GetString());
        using JsonDocument model = await StaticSiteTests.ReadJsonAsync(Path.Combine(Site, "models/my-birds/model.json"));
        Assert.Equal(("My Birds", "CC0-1.0", ModelPackage.Open(Repository.BundledModel).Card.Steps), (
            model.RootElement.GetProperty("name").GetString(),
            model.RootElement.GetProperty("license").GetString(),
            (long?)model.RootElement.GetProperty("steps").GetInt64()));
        Assert.Equal(1098, model.RootElement.GetProperty("vocabulary").GetArrayLength());
    }

    [Fact]
    public async Task Existing_files_are_replaced_only_with_overwrite()
    {
        StaticSite.SkipWithoutRuntime();
        Directory.CreateDirectory(Site);
        string other = Path.Combine(Site, "other.txt");
        await File.WriteAllTextAsync(other, "mine", TestContext.Current.CancellationToken);

        (int refused, string output) = await StaticSite.ExportAsync(Site);
        Assert.Equal(1, refused);
        Assert.Contains("--overwrite", output);
        Assert.Equal([other], Directory.GetFileSystemEntries(Site));

        (int replaced, output) = await StaticSite.ExportAsync(Site, "--overwrite");
        Assert.True(replaced == 0, output);
        Assert.True(File.Exists(other));
    }

    [Theory]
    [InlineData("-o", "model.onnx")]
    [InlineData("--format", "pth")]
    public async Task A_site_cannot_be_combined_with_a_file(params string[] more)
    {
        (int exitCode, string output) = await StaticSite.ExportAsync(Site, [Repository.BundledModel, .. more]);
        Assert.Equal(2, exitCode);
        Assert.Contains("`--web` writes only its folder", output);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>Tests in a browser run in sequence: in parallel they would wait for each other's images.</summary>
[CollectionDefinition(nameof(Browsing))]
public sealed class Browsing;
