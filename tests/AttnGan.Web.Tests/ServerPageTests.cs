using System.Text.Json.Nodes;
using AttnGan.Imaging;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AttnGan.Web.Tests;

/// <summary>The page on a server.</summary>
[Collection(nameof(Browsing))]
public sealed class ServerPageTests(Chromium chromium, RunningServer server, BundledPipeline bundled)
    : PageTests(chromium, server, bundled), IClassFixture<RunningServer>, IClassFixture<BundledPipeline>;

/// <summary>Tests of the page with unusual responses of a server.</summary>
[Collection(nameof(Browsing))]
public sealed class ServerErrorTests(Chromium chromium, RunningServer server) : IClassFixture<RunningServer>
{
    private const string Heart = "a red heart";

    [Fact]
    public async Task An_unreachable_server_is_reported_and_can_be_retried()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, server, Heart, 42);
        page.ExpectsErrors = true;
        await page.Page.RouteAsync("**/v1/images", route => route.AbortAsync());
        await page.Caption.FillAsync("a blue star");

        await Expect(page.Problem).ToContainTextAsync("The server does not respond.");
        await page.IsAccessibleAsync("an unreachable server");
        await page.Page.UnrouteAllAsync();
        await page.Problem.GetByRole(AriaRole.Button).ClickAsync();
        await page.GeneratedAsync("a blue star", 42);
        await Expect(page.Problem).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_server_that_is_unreachable_at_the_start_is_reported_too()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, server);
        page.ExpectsErrors = true;
        await page.Page.RouteAsync("**/v1/models", route => route.AbortAsync());
        await page.Page.ReloadAsync();

        await Expect(page.Problem).ToContainTextAsync("The server does not respond.");
        await page.Page.UnrouteAllAsync();
        await page.Caption.FillAsync(Heart);
        await page.Problem.GetByRole(AriaRole.Button).ClickAsync();
        await page.GeneratedAsync(Heart);
    }

    [Fact]
    public async Task A_busy_server_is_retried_after_the_time_that_it_requests()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, server, Heart, 42);
        page.ExpectsErrors = true;
        int refused = 0;
        await page.Page.RouteAsync("**/v1/images", route => refused++ == 0
            ? Refuse(route, 429, """{"title":"Queue full","detail":"The generation queue is full."}""", ("Retry-After", "2"))
            : route.ContinueAsync());
        await page.Caption.FillAsync("a blue star");

        await Expect(page.Problem).ToContainTextAsync("Queue full The generation queue is full.");
        await Expect(page.Problem).ToContainTextAsync("Retrying in 2");
        await page.GeneratedAsync("a blue star", 42);
        await Expect(page.Problem).ToBeHiddenAsync();
        Assert.True(refused >= 2);
    }

    [Theory]
    [InlineData(500, """{"title":"Something broke","detail":"It is logged."}""", "Something broke It is logged.")]
    [InlineData(413, """{"title":"Too long","detail":"The request's body is too long."}""", "Too long The request's body is too long.")]
    [InlineData(
        400,
        """{"title":"Not valid","errors":{"caption":["It is too long."],"n":["Too many."]}}""",
        "Not valid It is too long. Too many.")]
    [InlineData(502, "<html>no JSON</html>", "The server responded with status 502.")]
    public async Task Other_errors_are_shown_with_the_texts_of_the_server(int status, string body, string text)
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, server, Heart, 42);
        page.ExpectsErrors = true;
        await page.Page.RouteAsync("**/v1/images", route => Refuse(route, status, body));
        await page.Caption.FillAsync("a blue star");

        await Expect(page.Problem).ToContainTextAsync(text);
        await Expect(page.Problem.GetByRole(AriaRole.Button)).ToHaveTextAsync("Retry");
    }

    [Fact]
    public async Task A_required_key_can_be_entered()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, server);
        page.ExpectsErrors = true;
        await page.Page.RouteAsync("**/v1/**", route => route.Request.Headers.GetValueOrDefault("x-api-key") == "secret"
            ? route.ContinueAsync()
            : Refuse(route, 401, "{}"));
        await page.Page.ReloadAsync();

        await Expect(page.Problem).ToContainTextAsync("The server requires an API key.");
        await page.IsAccessibleAsync("a key is required");
        await page.Problem.GetByLabel("Key").FillAsync("wrong");
        await page.Problem.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.Problem).ToContainTextAsync("The given key is invalid.");
        await page.Caption.FillAsync(Heart);
        await page.Problem.GetByLabel("Key").FillAsync("secret");
        await page.Problem.GetByLabel("Key").PressAsync("Enter");
        await page.GeneratedAsync(Heart);
        Assert.DoesNotContain("secret", page.Page.Url);
    }

    [Fact]
    public async Task Models_can_be_chosen()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, server, Heart, 42);
        await page.SettledAsync(Heart, 42);
        ILocator choice = page.Page.Locator("#model");
        await Expect(choice).ToHaveValueAsync("emoji");
        IRequest request = await page.Page.RunAndWaitForRequestAsync(
            () => choice.SelectOptionAsync("other"), sent => sent.Url.EndsWith("v1/images", StringComparison.Ordinal));

        Assert.Contains("\"model\":\"other\"", request.PostData);
        await PageDriver.UntilAsync(
            "the link has the model", () => Task.FromResult(page.Page.Url.Contains("model=other", StringComparison.Ordinal)));
        await page.IsAccessibleAsync("several models");

        await using PageDriver again = await PageDriver.OpenAsync(chromium, server, new Uri(page.Page.Url).Fragment);
        await Expect(again.Page.Locator("#model")).ToHaveValueAsync("other");
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(4, 3, 4)]
    [InlineData(1, 2, 2)] // AttnDCGAN generates only its last image, but has the attention of all refinement stages
    public async Task Models_with_other_numbers_of_stages_are_shown(int stages, int refinements, int panels)
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, server);
        await page.Page.RouteAsync("**/v1/images", async route =>
        {
            IAPIResponse response = await route.FetchAsync(new RouteFetchOptions
            {
                Headers = new Dictionary<string, string>(route.Request.Headers) { ["accept"] = "application/json" },
            });
            JsonNode body = JsonNode.Parse(await response.TextAsync())!;
            foreach (JsonNode? image in body["images"]!.AsArray())
            {
                Resize(image!["stages"]!.AsArray(), stages);
                Resize(image["attention"]!.AsArray(), refinements);
            }

            await route.FulfillAsync(new RouteFulfillOptions { Response = response, Body = body.ToJsonString() });
        });
        await page.Page.GotoAsync("about:blank");
        await page.Page.GotoAsync(server.Page + "#caption=a+red+heart&seed=42");
        await page.SettledAsync(Heart, 42);

        await Expect(page.Page.Locator(".stage")).ToHaveCountAsync(panels);
        await Expect(page.Page.Locator(".ranking")).ToHaveCountAsync(refinements);
        RgbImage before = await page.StageAsync(panels - 1);
        await page.Words.Nth(2).HoverAsync();
        RgbImage highlighted = await page.StageAsync(panels - 1);
        Assert.Equal(refinements > 0, !before.Pixels.SequenceEqual(highlighted.Pixels));
        foreach (int width in (int[])[1200, 375, 320])
        {
            await page.Page.SetViewportSizeAsync(width, 700);
            Assert.Equal(width, await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            LocatorBoundingBoxResult last = (await page.Canvases.Nth(panels - 1).BoundingBoxAsync())!;
            Assert.True(
                last.Width >= 160 && Math.Abs(last.Width - last.Height) < 1,
                $"The last stage is {last.Width} × {last.Height} at a width of {width}.");
        }

        await page.IsAccessibleAsync($"{stages} stages");

        static void Resize(JsonArray array, int count)
        {
            while (array.Count > count)
            {
                array.RemoveAt(0);
            }

            // Thumbnails have no attention.
            while (array.Count > 0 && array.Count < count)
            {
                array.Insert(0, array[0]!.DeepClone());
            }
        }
    }

    [Fact]
    public async Task Requests_without_truncation_omit_it()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, server, Heart, 42);
        IRequest request = await page.Page.RunAndWaitForRequestAsync(
            () => page.Caption.FillAsync("a blue star"), sent => sent.Url.EndsWith("v1/images", StringComparison.Ordinal));
        Assert.DoesNotContain("truncation", request.PostData);
        request = await page.Page.RunAndWaitForRequestAsync(
            () => page.Page.Locator("#truncation").FillAsync("0.75"),
            sent => sent.Url.EndsWith("v1/images", StringComparison.Ordinal)
                && sent.PostData!.Contains("truncation", StringComparison.Ordinal));
        Assert.Contains("\"truncation\":0.75", request.PostData);
    }

    private static Task Refuse(IRoute route, int status, string body, params (string Name, string Value)[] headers) =>
        route.FulfillAsync(new RouteFulfillOptions
        {
            Status = status,
            ContentType = "application/problem+json",
            Body = body,
            Headers = headers.ToDictionary(header => header.Name, header => header.Value),
        });
}
