using System.Text.Json;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AttnGan.Web.Tests;

/// <summary>The page as a static site: the visitor's browser draws.</summary>
[Collection(nameof(Browsing))]
public sealed class StaticSitePageTests(Chromium chromium, StaticSite site, BundledPipeline bundled)
    : PageTests(chromium, site, bundled), IClassFixture<StaticSite>, IClassFixture<BundledPipeline>;

/// <summary>What only a static site does.</summary>
[Collection(nameof(Browsing))]
public sealed class StaticSiteTests(Chromium chromium, StaticSite site) : IClassFixture<StaticSite>
{
    [Fact]
    public async Task A_visitor_without_a_link_sees_a_image_at_once()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, site);
        await page.SettledAsync("a red heart");
        await Expect(page.Page.Locator("#card")).ToContainTextAsync("nothing that you write leaves it");
        Assert.False(await page.Page.EvaluateAsync<bool>("crossOriginIsolated"), "The host sends no headers for shared memory.");
        Assert.Single(page.Page.Workers);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_said_and_asked_for_again()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, site);
        page.ExpectsErrors = true;
        await page.Page.Context.RouteAsync("**/generator.onnx", route => route.FulfillAsync(new RouteFulfillOptions { Status = 404 }));
        await page.Page.GotoAsync("about:blank");
        await page.Page.GotoAsync(site.Page + "#caption=a+red+heart&seed=42");

        await Expect(page.Problem).ToContainTextAsync("The model cannot be loaded. models/emoji/generator.onnx: the host answered 404.");
        await page.IsAccessibleAsync("a missing model");
        await page.Page.Context.UnrouteAllAsync();
        await page.Problem.GetByRole(AriaRole.Button).ClickAsync();
        await page.DrawnAsync("a red heart", 42);
        await Expect(page.Problem).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Settings_that_cannot_be_loaded_are_said()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, site);
        page.ExpectsErrors = true;
        await page.Page.Context.RouteAsync("**/config.json", route => route.AbortAsync());
        await page.Page.GotoAsync("about:blank");
        await page.Page.GotoAsync(site.Page.ToString());

        await Expect(page.Problem).ToContainTextAsync("config.json");
        await page.Page.Context.UnrouteAllAsync();
        await page.Problem.GetByRole(AriaRole.Button).ClickAsync();
        await page.DrawnAsync("a red heart");
    }

    [Fact]
    public async Task A_damaged_model_is_said()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, site);
        page.ExpectsErrors = true;
        await page.Page.Context.RouteAsync("**/text-encoder.onnx", route => route.FulfillAsync(new RouteFulfillOptions { Body = "no model" }));
        await page.Page.GotoAsync("about:blank");
        await page.Page.GotoAsync(site.Page + "#caption=a+red+heart&seed=42");

        await Expect(page.Problem).ToContainTextAsync("The image cannot be drawn.");
    }

    [Fact]
    public async Task The_site_holds_the_model_and_the_runtime_and_says_who_draws()
    {
        string[] files = [.. Directory.GetFiles(site.Folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(site.Folder, file).Replace('\\', '/'))];
        Assert.All(
            [
                "index.html", "app.js", "style.css", "backend/worker.js", "models/emoji/model.json", "models/emoji/generator.onnx",
                "models/emoji/text-encoder.onnx", "vendor/onnxruntime-web/ort.wasm.bundle.min.mjs",
                "vendor/onnxruntime-web/ort-wasm-simd-threaded.wasm", "vendor/onnxruntime-web/LICENSE",
            ],
            file => Assert.Contains(file, files));
        using var config = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(site.Folder, "config.json"), TestContext.Current.CancellationToken));
        Assert.Equal("browser", config.RootElement.GetProperty("backend").GetString());
        Assert.InRange(files.Sum(file => new FileInfo(Path.Combine(site.Folder, file)).Length), 1, 25_000_000);
    }
}

/// <summary><c>attngan export --web</c>, as a command.</summary>
public sealed class ExportWebTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("attngan-web-");

    private string Site => Path.Combine(_folder.FullName, "site");

    [Fact]
    public async Task A_package_becomes_a_site_with_a_card_and_a_caption_of_ones_own()
    {
        StaticSite.SkipWithoutRuntime();
        (int exitCode, string output) = await StaticSite.ExportAsync(
            Site, Repository.BundledModel, "--name", "My Birds", "--license", "CC0-1.0", "--caption", "a blue bird");

        Assert.True(exitCode == 0, output);
        Assert.Contains("My Birds, 1097 words", output);
        using var config = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Site, "config.json"), TestContext.Current.CancellationToken));
        Assert.Equal("a blue bird", config.RootElement.GetProperty("caption").GetString());
        Assert.Equal("models/my-birds/", config.RootElement.GetProperty("models")[0].GetString());
        using var model = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Site, "models/my-birds/model.json"), TestContext.Current.CancellationToken));
        Assert.Equal(("My Birds", "CC0-1.0", 6786), (
            model.RootElement.GetProperty("name").GetString(),
            model.RootElement.GetProperty("license").GetString(),
            model.RootElement.GetProperty("steps").GetInt32()));
        Assert.Equal(1098, model.RootElement.GetProperty("vocabulary").GetArrayLength());
    }

    [Fact]
    public async Task What_is_there_is_replaced_only_when_asked()
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
    public async Task A_site_is_not_a_file_as_well(params string[] more)
    {
        (int exitCode, string output) = await StaticSite.ExportAsync(Site, [Repository.BundledModel, .. more]);
        Assert.Equal(2, exitCode);
        Assert.Contains("`--web` writes a site alone", output);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}

/// <summary>Tests that drive a browser run one after the other: they would only wait for each other's images.</summary>
[CollectionDefinition(nameof(Browsing))]
public sealed class Browsing;
