using AttnGan.Generation;
using AttnGan.Imaging;
using AttnGan.Tests.Models;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AttnGan.Web.Tests;

/// <summary>Tests of the page with a model that has styles, which every kind of host passes.</summary>
public abstract class StyledPageTests(Chromium chromium, IPageHost host, StyledPipeline styled)
{
    private const string Heart = "a red heart";
    private const string Wool = "clay & wool";

    [Fact]
    public async Task The_style_of_a_seed_and_a_chosen_one_give_the_images_of_the_library()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, Heart, 42);
        ILocator choice = page.Page.Locator("#style");
        await Expect(choice).ToHaveValueAsync("");
        await Expect(choice.Locator("option")).ToHaveTextAsync(["any (seed)", .. StyledModel.Styles]);
        await AssertShownAsync(page, style: null);
        Assert.DoesNotContain("style=", page.Page.Url);

        foreach (string style in StyledModel.Styles)
        {
            await choice.SelectOptionAsync(style);
            await AssertShownAsync(page, style);
        }

        await choice.SelectOptionAsync("");
        await AssertShownAsync(page, style: null);
    }

    [Fact]
    public async Task An_interpolation_passes_from_style_to_style()
    {
        (long ink, long crayon) = (SeedOf("ink"), SeedOf("crayon"));
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, Heart, ink);
        await page.Page.Locator("#to-seed").FillAsync($"{crayon}");
        await AssertFramesAsync(style: null);
        await page.Page.Locator("#style").SelectOptionAsync(Wool);

        // The first stages show the style before the image is complete, with which the slider starts again.
        await Expect(page.Page.Locator("#interpolation-slider")).ToHaveValueAsync("0");
        await Expect(page.Page.Locator("figcaption").First).ToHaveTextAsync($"32 pixels, style {Wool}");
        await AssertFramesAsync(Wool);

        async Task AssertFramesAsync(string? style)
        {
            GeneratedImage[] frames =
            [
                .. styled.Pipeline.Interpolate(
                    new GenerationRequest(Heart, ink), new GenerationRequest(Heart, crayon), 9, new GenerationOptions { Style = style }),
            ];
            foreach (int frame in (int[])[4, 8, 1])
            {
                await page.Page.Locator("#interpolation-slider").FillAsync($"{frame}");
                await ShowsAsync(page.Page.Locator("#interpolation-image"), frames[frame].Image, $"frame {frame}");
            }
        }
    }

    [Fact]
    public async Task A_link_has_the_style()
    {
        string hash;
        await using (PageDriver page = await PageDriver.OpenAsync(chromium, host, Heart, 42))
        {
            await page.Page.Locator("#style").SelectOptionAsync(Wool);
            await PageDriver.UntilAsync(
                "the link has the style", () => Task.FromResult(page.Page.Url.Contains("style=clay+%26+wool", StringComparison.Ordinal)));
            hash = new Uri(page.Page.Url).Fragment;
        }

        await using PageDriver again = await PageDriver.OpenAsync(chromium, host, hash);
        await again.GeneratedAsync(Heart, 42);
        await Expect(again.Page.Locator("#style")).ToHaveValueAsync(Wool);
        await AssertShownAsync(again, Wool);

        // A link of another model.
        await again.Page.EvaluateAsync("location.hash = '#caption=a+red+heart&seed=42&style=oil'");
        await Expect(again.Page.Locator("#style")).ToHaveValueAsync("");
        await PageDriver.UntilAsync(
            "the link has no style", () => Task.FromResult(!again.Page.Url.Contains("style=", StringComparison.Ordinal)));
        await AssertShownAsync(again, style: null);
    }

    [Fact]
    public async Task A_downloaded_image_names_its_style()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, "#caption=a+red+heart&seed=42&style=clay+%26+wool");
        await page.GeneratedAsync(Heart, 42);
        IDownload download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.Locator("#download").ClickAsync());
        string path = Path.Combine(Path.GetTempPath(), $"attngan-{Guid.NewGuid():N}.png");
        await download.SaveAsAsync(path);
        try
        {
            Assert.Equal(Wool, ImageMetadata.Read(path)!.Style);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(1200)]
    [InlineData(320)]
    public async Task The_choice_of_styles_is_accessible(int width)
    {
        await using PageDriver page = await PageDriver.OpenAsync(
            chromium,
            host,
            Heart,
            42,
            new BrowserNewContextOptions { ViewportSize = new ViewportSize { Width = width, Height = 700 } });
        await page.SettledAsync(Heart, 42);
        Assert.All(await page.WidthsAsync(), each => Assert.InRange(each, 1, width));
        await page.IsAccessibleAsync($"styles, {width} pixels");
        await page.Page.Locator("#style").FocusAsync();
        await page.Page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Page.Locator("#style")).ToHaveValueAsync("ink");
        await Expect(page.Page.Locator("figcaption").First).ToContainTextAsync("ink");
        await page.IsAccessibleAsync($"a chosen style, {width} pixels");
    }

    /// <summary>Waits until all stages and thumbnails are those of the library, and named by their styles.</summary>
    private async Task AssertShownAsync(PageDriver page, string? style)
    {
        GeneratedImage expected = Generate(42, style);
        for (int stage = 0; stage < 3; stage++)
        {
            await ShowsAsync(page.Canvases.Nth(stage), expected.Stages[stage], $"stage {stage + 1} in the style {style}");
            await Expect(page.Page.Locator("figcaption").Nth(stage)).ToHaveTextAsync($"{32 << stage} pixels, style {expected.Style}");
        }

        for (int i = 1; i < 8; i++)
        {
            GeneratedImage thumbnail = Generate(42 + i, style);
            await ShowsAsync(
                page.Seeds.Nth(i).Locator("canvas"),
                thumbnail.Stages.Single(stage => stage.Width == 64),
                $"the thumbnail of seed {42 + i}");
            await Expect(page.Seeds.Nth(i)).ToHaveTextAsync($"Seed {42 + i} {thumbnail.Style}");
        }
    }

    private static Task ShowsAsync(ILocator canvas, RgbImage expected, string name) => PageDriver.UntilAsync(
        $"{name} is shown",
        async () => PageTests.Difference(expected, await PageDriver.PixelsAsync(canvas)) <= PageTests.Tolerance);

    private GeneratedImage Generate(long seed, string? style) =>
        styled.Pipeline.Generate(Heart, new GenerationOptions { Seed = seed, Style = style, AllStages = true });

    private static long SeedOf(string style) =>
        Enumerable.Range(0, 100).First(seed => StyledModel.Styles[LatentNoise.StyleOf(seed, StyledModel.Styles.Length)] == style);
}

/// <summary>Styles in the visitor's browser.</summary>
[Collection(nameof(Browsing))]
public sealed class StyledSitePageTests(Chromium chromium, StyledSite site, StyledPipeline styled)
    : StyledPageTests(chromium, site, styled), IClassFixture<StyledSite>, IClassFixture<StyledPipeline>;

/// <summary>Styles on a server.</summary>
[Collection(nameof(Browsing))]
public sealed class StyledServerPageTests(Chromium chromium, StyledServer server, StyledPipeline styled)
    : StyledPageTests(chromium, server, styled), IClassFixture<StyledServer>, IClassFixture<StyledPipeline>
{
    private readonly Chromium _chromium = chromium;
    private readonly StyledServer _server = server;

    [Fact]
    public async Task A_model_without_styles_offers_none()
    {
        await using PageDriver page = await PageDriver.OpenAsync(_chromium, _server, "#caption=a+star&seed=3&style=ink");
        await page.GeneratedAsync("a star", 3);
        await Expect(page.Page.Locator("#style")).ToHaveValueAsync("ink");

        await page.Page.Locator("#model").SelectOptionAsync("other");
        await Expect(page.Page.Locator("#style-choice")).ToBeHiddenAsync();
        await Expect(page.Page.Locator("figcaption").First).ToHaveTextAsync("32 pixels");
        Assert.DoesNotContain("style", page.Page.Url);
        await page.SettledAsync("a star", 3);
        await Expect(page.Seeds.Nth(1)).ToHaveTextAsync("Seed 4");
    }
}

/// <summary>The static site of a model with styles.</summary>
public sealed class StyledSite : StaticSite
{
    protected override string ModelIn(string folder) => StyledPipeline.SaveTo(folder);
}

/// <summary>A server of a model with styles, and of one without.</summary>
public sealed class StyledServer : RunningServer
{
    protected override string ModelIn(string folder) => StyledPipeline.SaveTo(folder);
}

/// <summary>The library's pipeline of the model with styles.</summary>
public sealed class StyledPipeline : IDisposable
{
    public TextToImagePipeline Pipeline { get; } = TextToImagePipeline.Load(new MemoryStream(StyledModel.File));

    public void Dispose() => Pipeline.Dispose();

    /// <summary>Writes the model to a folder, and returns its path.</summary>
    internal static string SaveTo(string folder)
    {
        string path = Path.Combine(folder, "styled.onnx");
        File.WriteAllBytes(path, StyledModel.File);
        return path;
    }
}
