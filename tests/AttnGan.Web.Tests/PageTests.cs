using System.Text.RegularExpressions;
using AttnGan.Attention;
using AttnGan.Generation;
using AttnGan.Imaging;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AttnGan.Web.Tests;

/// <summary>Tests of the page that every kind of host passes.</summary>
public abstract class PageTests(Chromium chromium, IPageHost host, BundledPipeline bundled)
{
    private const string Heart = "a red heart";

    // The browser and the library may round differently.
    internal const int Tolerance = 2;

    [Fact]
    public async Task Typing_generates_all_stages_and_cancels_outdated_requests()
    {
        await using PageDriver page = await Open();
        await page.Caption.FillAsync("");
        await page.Caption.PressSequentiallyAsync("a yellow star on a blue background", new LocatorPressSequentiallyOptions { Delay = 35 });
        await page.SettledAsync("a yellow star on a blue background");

        long seed = await page.SeedAsync();
        GeneratedImage expected = Generate("a yellow star on a blue background", seed);
        await Expect(page.Canvases).ToHaveCountAsync(3);
        for (int stage = 0; stage < 3; stage++)
        {
            AssertSame(expected.Stages[stage], await page.StageAsync(stage));
        }

        await Expect(page.Words).ToHaveTextAsync(["a", "yellow", "star", "on", "a", "blue", "background"]);
    }

    [Theory]
    [InlineData("a red heart", 42)]
    [InlineData("A SMILING face, with glasses!", 7)]
    [InlineData("a green apple on a white background with a brown leaf and a pink flower and a blue star", 2147483646)]
    [InlineData("heart", 9007199254740991)]
    public async Task Images_and_attention_are_those_of_the_library(string caption, long seed)
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, caption, seed);

        GeneratedImage expected = Generate(caption, seed);
        for (int stage = 0; stage < 3; stage++)
        {
            AssertSame(expected.Stages[stage], await page.StageAsync(stage));
        }

        await Expect(page.Page.Locator(".ranking")).ToHaveCountAsync(2);
        for (int i = 0; i < 2; i++)
        {
            IReadOnlyList<WordWeight> top = expected.Attention[i].TopWords(6);
            string[] shown = [.. await page.Page.Locator(".ranking").Nth(i).Locator("li").AllInnerTextsAsync()];
            Assert.Equal(top.Count, shown.Length);
            for (int word = 0; word < shown.Length; word++)
            {
                // Equal shares may be in another order.
                Assert.InRange(Share(shown[word]), (top[word].Weight * 100) - 1, (top[word].Weight * 100) + 1);
            }
        }
    }

    [Fact]
    public async Task Truncation_gives_the_image_of_the_library()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, Heart, 5);
        await page.Page.Locator("#truncation").FillAsync("0.5");
        RgbImage expected = Generate(Heart, 5, 0.5).Image;

        await PageDriver.UntilAsync(
            "the image is the truncated one", async () => Difference(expected, await page.StageAsync(2)) <= Tolerance);
        await Expect(page.Page.Locator("#truncation-value")).ToHaveTextAsync("0.5");
        Assert.Contains("truncation=0.5", page.Page.Url);
        Assert.True(Difference(expected, Generate(Heart, 5).Image) > 20, "Truncation changes the image.");
    }

    [Fact]
    public async Task Pointing_at_a_word_shows_where_each_stage_attends_to_it()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, Heart, 42);
        GeneratedImage expected = Generate(Heart, 42);

        await page.Page.Locator(".word", new PageLocatorOptions { HasText = "heart" }).HoverAsync();
        AssertSame(expected.Stages[0], await page.StageAsync(0));
        AssertSame(HeatMap.Overlay(expected.Stages[1], expected.Attention[0], 2), await page.StageAsync(1), 4);
        AssertSame(HeatMap.Overlay(expected.Stages[2], expected.Attention[1], 2), await page.StageAsync(2), 4);
        await Expect(page.Page.Locator("#legend")).ToContainTextAsync("heart");

        await page.Page.Locator(".word", new PageLocatorOptions { HasText = "red" }).HoverAsync();
        AssertSame(HeatMap.Overlay(expected.Stages[2], expected.Attention[1], 1), await page.StageAsync(2), 4);

        await page.Page.Locator("h1").HoverAsync();
        AssertSame(expected.Stages[2], await page.StageAsync(2));
        await Expect(page.Page.Locator("#legend")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Words_and_places_can_be_selected_with_the_keyboard()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, Heart, 42);
        GeneratedImage expected = Generate(Heart, 42);
        await page.Caption.FocusAsync();

        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(page.Words.Nth(1)).ToBeFocusedAsync();
        AssertSame(HeatMap.Overlay(expected.Stages[2], expected.Attention[1], 1), await page.StageAsync(2), 4);

        await page.Page.Keyboard.PressAsync("Tab");
        await page.Page.Keyboard.PressAsync("Tab");
        await Expect(page.Frames.Nth(1)).ToBeFocusedAsync();
        AssertSame(expected.Stages[2], await page.StageAsync(2));
        await Expect(page.Page.Locator(".marker").First).ToBeHiddenAsync();
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await Expect(page.Page.Locator(".marker").First).ToBeVisibleAsync();
        LocatorBoundingBoxResult middle = (await page.Page.Locator(".marker").First.BoundingBoxAsync())!;
        await page.Page.Keyboard.PressAsync("ArrowRight");
        await page.Page.Keyboard.PressAsync("ArrowUp");
        LocatorBoundingBoxResult moved = (await page.Page.Locator(".marker").First.BoundingBoxAsync())!;
        Assert.True(moved.X > middle.X && moved.Y < middle.Y, $"{middle.X}, {middle.Y} to {moved.X}, {moved.Y}");
        await Expect(page.Page.Locator("#status")).ToContainTextAsync("Here: ");

        await page.Page.Keyboard.PressAsync("Escape");
        await Expect(page.Page.Locator(".marker").First).ToBeHiddenAsync();
    }

    [Fact]
    public async Task Clicking_a_place_lists_the_words_that_it_attends_to()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, Heart, 42);
        LocatorBoundingBoxResult box = (await page.Canvases.Nth(2).BoundingBoxAsync())!;
        var place = new Position { X = box.Width * 0.25f, Y = box.Height * 0.75f };
        await page.Canvases.Nth(2).ClickAsync(new LocatorClickOptions { Position = place });

        // A square of an eighth of the image around the place.
        StageAttention attention = Generate(Heart, 42).Attention[1];
        (int size, int side) = (attention.Size, attention.Size / 8);
        (int left, int top) = ((size / 4) - (side / 2), (size * 3 / 4) - (side / 2));
        double[] sums = [.. attention.Words.Select((_, word) =>
        {
            double sum = 0;
            for (int y = top; y < top + side; y++)
            {
                for (int x = left; x < left + side; x++)
                {
                    sum += attention.MapOf(word)[(y * size) + x];
                }
            }

            return sum;
        })];
        string[] expected =
        [
            .. sums.Select((sum, word) => (Word: attention.Words[word], sum)).OrderByDescending(entry => entry.sum)
                .Select(entry => entry.Word),
        ];
        ILocator ranking = page.Page.Locator(".ranking[data-kind=place]");
        await Expect(ranking).ToHaveCountAsync(2);
        await Expect(ranking.Nth(1).Locator(".name")).ToHaveTextAsync(expected);
        double largest = sums.Max() / sums.Sum() * 100;
        Assert.InRange(Share(await ranking.Nth(1).Locator("li").First.InnerTextAsync()), largest - 2, largest + 2);

        await page.Page.Locator(".clear").First.ClickAsync();
        await Expect(ranking).ToHaveCountAsync(0);
        await Expect(page.Page.Locator(".ranking[data-kind=stage]")).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task Unknown_words_are_underlined_and_have_suggestions()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, "A red Hart, shining", 42);

        await Expect(page.Page.Locator("#mirror .unknown")).ToHaveTextAsync(["Hart", "shining"]);
        await Expect(page.Page.Locator(".word.unknown").First).ToContainTextAsync("Hart");
        await page.Page.Locator(".suggest", new PageLocatorOptions { HasText = "heart" }).ClickAsync();

        await page.GeneratedAsync("A red heart, shining", 42);
        await Expect(page.Caption).ToHaveValueAsync("A red heart, shining");
        await Expect(page.Page.Locator("#mirror .unknown")).ToHaveTextAsync(["shining"]);
    }

    [Fact]
    public async Task The_word_being_typed_has_completions()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, "a red backgr", 42);
        await page.Page.Locator(".suggest", new PageLocatorOptions { HasText = "background" }).ClickAsync();
        await page.GeneratedAsync("a red background", 42);
    }

    [Fact]
    public async Task A_caption_without_known_words_shows_an_error_and_keeps_the_last_image()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, Heart, 42);
        page.ExpectsErrors = true; // the browser reports the server's 422
        await page.Caption.FillAsync("hart qqqqqqqq");

        await Expect(page.Problem).ToContainTextAsync("know", new LocatorAssertionsToContainTextOptions { IgnoreCase = true });
        await Expect(page.Page.Locator(".stages")).ToHaveClassAsync(new Regex("stale"));
        await page.IsAccessibleAsync("no known word");
        await page.Page.Locator(".suggest", new PageLocatorOptions { HasText = "heart" }).ClickAsync();

        await page.GeneratedAsync("heart qqqqqqqq", 42);
        await Expect(page.Problem).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_word_that_is_read_as_a_known_one_says_so()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, "a puppy", 42);
        await page.GeneratedAsync("a puppy", 42);

        await Expect(page.Page.Locator("#suggestions")).ToHaveTextAsync("puppy, read as dog.");
        await Expect(page.Page.Locator("#words .word").Nth(1)).ToHaveTextAsync("puppy");
        await Expect(page.Page.Locator("#words .unknown")).ToHaveCountAsync(0);
        await page.IsAccessibleAsync("a reading");
    }

    [Fact]
    public async Task An_empty_caption_offers_known_words()
    {
        await using PageDriver page = await Open();
        await page.Caption.FillAsync("");
        ILocator word = page.Page.Locator(".suggest").First;
        string text = await word.InnerTextAsync();
        await word.ClickAsync();
        await page.GeneratedAsync(text);
    }

    [Fact]
    public async Task Long_captions_show_which_words_are_not_read()
    {
        await using PageDriver page = await PageDriver.OpenAsync(
            chromium, host, "a red heart and a blue star and a green apple and a yellow face and a pink cat", 1);
        await Expect(page.Page.Locator("#suggestions")).ToContainTextAsync("reads only the first 16");
        await Expect(page.Page.Locator(".word.truncated")).ToHaveCountAsync(3);
    }

    [Fact]
    public async Task The_image_becomes_sharper_stage_by_stage()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, Heart, 42);
        await page.SettledAsync(Heart, 42);
        await page.Page.EvaluateAsync("""
            window.seen = [];
            new MutationObserver(() => window.seen.push({
              stage: document.body.dataset.stage,
              widths: [...document.querySelectorAll('.stage canvas')].map((canvas) => canvas.width).join(),
              pending: document.querySelectorAll('.pending').length,
              generated: document.body.dataset.generated,
            })).observe(document.body, { attributeFilter: ['data-stage'] });
            """);

        await page.Caption.FillAsync("a blue star");
        await page.GeneratedAsync("a blue star", 42);

        string seen = await page.Page.EvaluateAsync<string>(
            "window.seen.map(({ stage, widths, pending }) => `${stage}: ${widths}, ${pending}`).join('; ')");
        Assert.StartsWith("a blue star|42|1: 32,32,32, 2; a blue star|42|2: 32,64,64, 1", seen);
        Assert.Equal(0, await page.Page.Locator(".pending").CountAsync());
        AssertSame(Generate("a blue star", 42).Image, await page.StageAsync(2));
    }

    [Fact]
    public async Task Eight_seeds_are_generated_and_one_can_be_chosen()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, Heart, 42);
        await page.SettledAsync(Heart, 42);
        await Expect(page.Seeds).ToHaveCountAsync(8);
        for (int i = 0; i < 8; i++)
        {
            // Thumbnails have 64 pixels, except for that of the image on the page.
            RgbImage expected = i == 0 ? Generate(Heart, 42).Image : Generate(Heart, 42 + i).Stages.Single(stage => stage.Width == 64);
            AssertSame(expected, await PageDriver.PixelsAsync(page.Seeds.Nth(i).Locator("canvas")));
        }

        await page.Seeds.Nth(3).ClickAsync();
        await page.GeneratedAsync(Heart, 45);
        AssertSame(Generate(Heart, 45).Image, await page.StageAsync(2));
        await Expect(page.Seeds.Nth(3)).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.Contains("seed=45", page.Page.Url);
    }

    [Fact]
    public async Task A_locked_seed_stays_among_new_seeds_and_lists_tried_captions()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, Heart, 42);
        await page.SettledAsync(Heart, 42);
        ILocator newSeeds = page.Page.Locator("#new-seeds"), lockSeed = page.Page.Locator("#lock");
        await newSeeds.ClickAsync();
        await PageDriver.UntilAsync("there is another seed", async () => await page.SeedAsync() != 42);
        long seed = await page.SeedAsync();
        await page.SettledAsync(Heart, seed);

        await lockSeed.ClickAsync();
        string[] before = [.. await page.Seeds.AllInnerTextsAsync()];
        await newSeeds.ClickAsync();
        await PageDriver.UntilAsync("the other seeds are new", async () => (await page.Seeds.AllInnerTextsAsync())[1] != before[1]);
        Assert.Equal(before[0], (await page.Seeds.AllInnerTextsAsync())[0]);
        Assert.Equal(seed, await page.SeedAsync());

        await page.Caption.FillAsync("a blue star");
        await page.GeneratedAsync("a blue star", seed);
        await Expect(page.Page.Locator("#tried-list .label")).ToHaveTextAsync(["a blue star", Heart]);
        AssertSame(Generate("a blue star", seed).Image, await page.StageAsync(2));
        await page.IsAccessibleAsync("a locked seed");
        await page.Page.Locator("#tried-list button").Nth(1).ClickAsync();
        await page.GeneratedAsync(Heart, seed);
    }

    [Fact]
    public async Task A_slider_interpolates_between_two_captions_and_seeds()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, Heart, 42);
        await page.Page.Locator("#to-caption").FillAsync("a blue star");
        await page.Page.Locator("#to-seed").FillAsync("7");
        RgbImage[] frames = Interpolate(new GenerationRequest(Heart, 42), new GenerationRequest("a blue star", 7));
        ILocator canvas = page.Page.Locator("#interpolation-image");
        AssertSame(frames[0], await PageDriver.PixelsAsync(canvas));

        foreach (int frame in (int[])[4, 8, 1, 0])
        {
            await page.Page.Locator("#interpolation-slider").FillAsync($"{frame}");
            await PageDriver.UntilAsync(
                $"frame {frame} is shown", async () => Difference(frames[frame], await PageDriver.PixelsAsync(canvas)) <= Tolerance);
        }

        Assert.True(Difference(frames[4], frames[0]) > 20 && Difference(frames[4], frames[8]) > 20, "The frames differ.");
        await page.Page.Locator("#to-caption").FillAsync("qqqqqq");
        page.ExpectsErrors = true; // the browser reports the server's 422
        await page.Page.Locator("#interpolation-slider").FillAsync("3");
        await Expect(page.Page.Locator("#interpolation-status")).ToContainTextAsync(
            "know", new LocatorAssertionsToContainTextOptions { IgnoreCase = true });
    }

    [Fact]
    public async Task A_link_restores_the_image()
    {
        string hash;
        RgbImage expected;
        await using (PageDriver page = await PageDriver.OpenAsync(chromium, host, "a \"green\" apple & more #1", 77))
        {
            await page.Page.Locator("#truncation").FillAsync("1.5");
            await PageDriver.UntilAsync(
                "the link has the truncation", () => Task.FromResult(page.Page.Url.Contains("truncation=1.5", StringComparison.Ordinal)));
            await page.SettledAsync("a \"green\" apple & more #1", 77);
            hash = new Uri(page.Page.Url).Fragment;
            expected = Generate("a \"green\" apple & more #1", 77, 1.5).Image;
            await PageDriver.UntilAsync("the image is shown", async () => Difference(expected, await page.StageAsync(2)) <= Tolerance);
        }

        Assert.Contains("model=emoji", hash);
        await using PageDriver again = await PageDriver.OpenAsync(chromium, host, hash);
        await again.GeneratedAsync("a \"green\" apple & more #1", 77);
        await Expect(again.Caption).ToHaveValueAsync("a \"green\" apple & more #1");
        await Expect(again.Page.Locator("#truncation-value")).ToHaveTextAsync("1.5");
        AssertSame(expected, await again.StageAsync(2));

        // The fragment changes when it is edited, and when the visitor goes back.
        await again.Page.EvaluateAsync("location.hash = '#caption=a+blue+star&seed=3'");
        await again.GeneratedAsync("a blue star", 3);
    }

    [Fact]
    public async Task The_link_can_be_copied()
    {
        await using PageDriver page = await PageDriver.OpenAsync(
            chromium, host, Heart, 42, new BrowserNewContextOptions { Permissions = ["clipboard-read", "clipboard-write"] });
        await page.Page.Locator("#share").ClickAsync();
        await Expect(page.Page.Locator("#status")).ToContainTextAsync("copied");
        Assert.Equal(page.Page.Url, await page.Page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        Assert.Contains("seed=42", page.Page.Url);
    }

    [Fact]
    public async Task A_downloaded_image_has_metadata()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, "a red <heart> & \"more\"", 42);
        IDownload download = await page.Page.RunAndWaitForDownloadAsync(() => page.Page.Locator("#download").ClickAsync());
        string path = Path.Combine(Path.GetTempPath(), $"attngan-{Guid.NewGuid():N}.png");
        await download.SaveAsAsync(path);
        try
        {
            Assert.Equal("a-red-heart-more-s42.png", download.SuggestedFilename);
            ImageMetadata metadata = ImageMetadata.Read(path)!;
            Assert.Equal(("a red <heart> & \"more\"", 42L, "emoji"), (metadata.Caption, metadata.Seed, metadata.Model));
            Assert.StartsWith("AttnGan ", metadata.Software);
            AssertSame(Generate("a red <heart> & \"more\"", 42).Image, RgbImage.Load(path, RgbColor.White));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_caption_is_never_HTML()
    {
        const string Hostile = "<img src=x onerror=alert(1)> heart <b>bold</b>";
        await using PageDriver page = await Open();
        page.Page.Dialog += (_, _) => Assert.Fail("The caption was executed.");
        await page.Caption.FillAsync(Hostile);
        await page.GeneratedAsync(Hostile);
        await page.Page.Locator("#lock").ClickAsync();

        await Expect(page.Page.Locator("main img, main b")).ToHaveCountAsync(0);
        await Expect(page.Page.Locator("#from-caption")).ToHaveTextAsync(Hostile);
    }

    [Theory]
    [InlineData(320)]
    [InlineData(375)]
    public async Task Phones_do_not_scroll_sideways(int width)
    {
        await using PageDriver page = await PageDriver.OpenAsync(
            chromium,
            host,
            "a red hart on a green background with a verylongwordthatnobodyknowsandthatnolineholds",
            42,
            new BrowserNewContextOptions
            {
                ViewportSize = new ViewportSize { Width = width, Height = 700 },
                HasTouch = true,
                IsMobile = true,
            });
        Assert.All(await page.WidthsAsync(), each => Assert.Equal(width, each));

        RgbImage plain = await page.StageAsync(2);
        ILocator word = page.Page.Locator(".word", new PageLocatorOptions { HasText = "green" });
        await word.TapAsync();
        await Expect(word).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.True(Difference(plain, await page.StageAsync(2)) > 20, "A tap highlights the word.");
        await word.TapAsync();
        AssertSame(plain, await page.StageAsync(2), 0);
        await page.Frames.Nth(2).TapAsync();
        await Expect(page.Page.Locator(".ranking[data-kind=place] li").First).ToBeVisibleAsync();
        await page.IsAccessibleAsync($"{width} pixels");
    }

    [Fact]
    public async Task The_theme_follows_the_system_and_the_switch_and_is_remembered()
    {
        await using PageDriver page = await PageDriver.OpenAsync(
            chromium, host, Heart, 42, new BrowserNewContextOptions { ColorScheme = ColorScheme.Dark });
        Task<string> Background() => page.Page.EvaluateAsync<string>("getComputedStyle(document.body).backgroundColor");
        ILocator theme = page.Page.Locator("#theme");
        string dark = await Background();
        Assert.Equal("rgb(19, 17, 20)", dark);
        await Expect(theme).ToHaveAttributeAsync("aria-pressed", "true");
        await page.IsAccessibleAsync("dark");

        await theme.ClickAsync();
        string light = await Background();
        Assert.Equal("rgb(251, 249, 245)", light);
        await page.Page.ReloadAsync();
        Assert.Equal(light, await Background());
        await theme.ClickAsync();
        Assert.Equal(dark, await Background());
    }

    [Fact]
    public async Task Axe_finds_no_violations()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, "a red hart on a green background", 42);
        await page.SettledAsync("a red hart on a green background", 42);
        await page.IsAccessibleAsync("an image with an unknown word");
        await page.Words.Nth(1).ClickAsync();
        await page.Frames.Nth(2).ClickAsync();
        await page.IsAccessibleAsync("a highlighted word and a marked place");
        await page.Caption.FillAsync("");
        await Expect(page.Page.Locator(".suggest").First).ToBeVisibleAsync();
        await Expect(page.Page.Locator(".word[aria-pressed=true]")).ToHaveCountAsync(0);
        await page.IsAccessibleAsync("an empty caption");
    }

    [Fact]
    public async Task Nothing_moves_with_reduced_motion()
    {
        await using PageDriver reduced = await PageDriver.OpenAsync(
            chromium, host, Heart, 42, new BrowserNewContextOptions { ReducedMotion = ReducedMotion.Reduce });
        await using PageDriver usual = await PageDriver.OpenAsync(chromium, host, Heart, 42);
        const string Longest =
            "Math.max(...[...document.querySelectorAll('*')]" +
            ".map(element => parseFloat(getComputedStyle(element).transitionDuration)))";
        Assert.Equal(0, await reduced.Page.EvaluateAsync<double>(Longest));
        Assert.True(await usual.Page.EvaluateAsync<double>(Longest) > 0);
    }

    [Fact]
    public async Task The_page_sends_no_requests_to_other_hosts()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, host, Heart, 42);
        await page.SettledAsync(Heart, 42);
        Assert.True(page.Requests.Count > 10);
        Assert.All(page.Requests, request => Assert.True(
            request.Scheme is "blob" or "data" || host.Page.IsBaseOf(request), $"The page requested {request}."));
    }

    private async Task<PageDriver> Open()
    {
        PageDriver page = await PageDriver.OpenAsync(chromium, host);
        await page.Page.Locator("body[data-backend]").WaitForAsync();
        return page;
    }

    private GeneratedImage Generate(string caption, long seed, double truncation = double.PositiveInfinity) => bundled.Pipeline.Generate(
        caption, new GenerationOptions { Seed = seed, AllStages = true, Attention = true, Truncation = truncation });

    private RgbImage[] Interpolate(GenerationRequest from, GenerationRequest to) =>
        [.. bundled.Pipeline.Interpolate(from, to, 9).Select(frame => frame.Image)];

    private static void AssertSame(RgbImage expected, RgbImage actual, int tolerance = Tolerance)
    {
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        Assert.InRange(Difference(expected, actual), 0, tolerance);
    }

    /// <summary>Returns the largest difference of a channel value.</summary>
    internal static int Difference(RgbImage first, RgbImage second) => first.Pixels.Length == second.Pixels.Length
        ? first.Pixels.Zip(second.Pixels, (a, b) => Math.Abs(a - b)).Max()
        : int.MaxValue;

    /// <summary>Returns the number before the percent sign.</summary>
    private static int Share(string line) => int.Parse(Regex.Match(line, @"(\d+)\s*%").Groups[1].Value);
}

/// <summary>The library's pipeline of the bundled model.</summary>
public sealed class BundledPipeline : IDisposable
{
    public TextToImagePipeline Pipeline { get; } = TextToImagePipeline.Load(Repository.BundledModel);

    public void Dispose() => Pipeline.Dispose();
}
