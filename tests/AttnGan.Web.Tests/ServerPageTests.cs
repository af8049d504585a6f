using System.Text.Json.Nodes;
using AttnGan.Imaging;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AttnGan.Web.Tests;

/// <summary>The page before a server.</summary>
[Collection(nameof(Browsing))]
public sealed class ServerPageTests(Chromium chromium, RunningServer server, BundledPipeline bundled)
    : PageTests(chromium, server, bundled), IClassFixture<RunningServer>, IClassFixture<BundledPipeline>;

/// <summary>What the page says of a server that does not answer as it should.</summary>
[Collection(nameof(Browsing))]
public sealed class ServerErrorTests(Chromium chromium, RunningServer server) : IClassFixture<RunningServer>
{
    private const string Heart = "a red heart";

    [Fact]
    public async Task A_server_that_is_away_is_said_and_asked_again()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, server, Heart, 42);
        page.ExpectsErrors = true;
        await page.Page.RouteAsync("**/v1/images", route => route.AbortAsync());
        await page.Caption.FillAsync("a blue star");

        await Expect(page.Problem).ToContainTextAsync("The server does not answer.");
        await page.IsAccessibleAsync("a server that is away");
        await page.Page.UnrouteAllAsync();
        await page.Problem.GetByRole(AriaRole.Button).ClickAsync();
        await page.DrawnAsync("a blue star", 42);
        await Expect(page.Problem).ToBeHiddenAsync();
    }

    [Fact]
    public async Task A_server_that_is_away_from_the_start_is_said_too()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, server);
        page.ExpectsErrors = true;
        await page.Page.RouteAsync("**/v1/models", route => route.AbortAsync());
        await page.Page.ReloadAsync();

        await Expect(page.Problem).ToContainTextAsync("The server does not answer.");
        await page.Page.UnrouteAllAsync();
        await page.Caption.FillAsync(Heart);
        await page.Problem.GetByRole(AriaRole.Button).ClickAsync();
        await page.DrawnAsync(Heart);
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_when_it_says()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, server, Heart, 42);
        page.ExpectsErrors = true;
        int refused = 0;
        await page.Page.RouteAsync("**/v1/images", route => refused++ == 0
            ? Refuse(route, 429, """{"title":"Queue full","detail":"More images wait to be drawn than may."}""", ("Retry-After", "2"))
            : route.ContinueAsync());
        await page.Caption.FillAsync("a blue star");

        await Expect(page.Problem).ToContainTextAsync("Queue full More images wait to be drawn than may.");
        await Expect(page.Problem).ToContainTextAsync("Trying again in 2");
        await page.DrawnAsync("a blue star", 42);
        await Expect(page.Problem).ToBeHiddenAsync();
        Assert.True(refused >= 2);
    }

    [Theory]
    [InlineData(500, """{"title":"Something broke","detail":"It is written down."}""", "Something broke It is written down.")]
    [InlineData(413, """{"title":"Too long","detail":"The request's body is too long."}""", "Too long The request's body is too long.")]
    [InlineData(400, """{"title":"Not valid","errors":{"caption":["It is too long."],"n":["Too many."]}}""", "Not valid It is too long. Too many.")]
    [InlineData(502, "<html>no JSON</html>", "The server answered 502.")]
    public async Task Other_answers_are_told_as_the_server_tells_them(int status, string body, string said)
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, server, Heart, 42);
        page.ExpectsErrors = true;
        await page.Page.RouteAsync("**/v1/images", route => Refuse(route, status, body));
        await page.Caption.FillAsync("a blue star");

        await Expect(page.Problem).ToContainTextAsync(said);
        await Expect(page.Problem.GetByRole(AriaRole.Button)).ToHaveTextAsync("Try again");
    }

    [Fact]
    public async Task A_key_that_the_server_asks_for_can_be_given()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, server);
        page.ExpectsErrors = true;
        await page.Page.RouteAsync("**/v1/**", route => route.Request.Headers.GetValueOrDefault("x-api-key") == "secret"
            ? route.ContinueAsync()
            : Refuse(route, 401, "{}"));
        await page.Page.ReloadAsync();

        await Expect(page.Problem).ToContainTextAsync("The server asks for a key.");
        await page.IsAccessibleAsync("a key is asked for");
        await page.Problem.GetByLabel("Key").FillAsync("wrong");
        await page.Problem.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.Problem).ToContainTextAsync("The one that was given is not right.");
        await page.Caption.FillAsync(Heart);
        await page.Problem.GetByLabel("Key").FillAsync("secret");
        await page.Problem.GetByLabel("Key").PressAsync("Enter");
        await page.DrawnAsync(Heart);
        Assert.DoesNotContain("secret", page.Page.Url);
    }

    [Fact]
    public async Task One_of_several_models_can_be_chosen()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, server, Heart, 42);
        await page.SettledAsync(Heart, 42);
        ILocator choice = page.Page.Locator("#model");
        await Expect(choice).ToHaveValueAsync("emoji");
        IRequest request = await page.Page.RunAndWaitForRequestAsync(
            () => choice.SelectOptionAsync("other"), sent => sent.Url.EndsWith("v1/images", StringComparison.Ordinal));

        Assert.Contains("\"model\":\"other\"", request.PostData);
        await PageDriver.UntilAsync("the address says so", () => Task.FromResult(page.Page.Url.Contains("model=other", StringComparison.Ordinal)));
        await page.IsAccessibleAsync("several models");

        await using PageDriver again = await PageDriver.OpenAsync(chromium, server, new Uri(page.Page.Url).Fragment);
        await Expect(again.Page.Locator("#model")).ToHaveValueAsync("other");
    }

    [Theory]
    [InlineData(1, 0, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(4, 3, 4)]
    [InlineData(1, 2, 2)] // AttnDCGAN draws its last stage alone, but attends in all that refine
    public async Task Models_of_other_stages_are_shown_too(int stages, int refinements, int panels)
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, server);
        await page.Page.RouteAsync("**/v1/images", async route =>
        {
            IAPIResponse answer = await route.FetchAsync();
            JsonNode body = JsonNode.Parse(await answer.TextAsync())!;
            foreach (JsonNode? image in body["images"]!.AsArray())
            {
                Resize(image!["stages"]!.AsArray(), stages);
                Resize(image["attention"]!.AsArray(), refinements);
            }

            await route.FulfillAsync(new RouteFulfillOptions { Response = answer, Body = body.ToJsonString() });
        });
        await page.Page.GotoAsync("about:blank");
        await page.Page.GotoAsync(server.Page + "#caption=a+red+heart&seed=42");
        await page.SettledAsync(Heart, 42);

        await Expect(page.Page.Locator(".stage")).ToHaveCountAsync(panels);
        await Expect(page.Page.Locator(".ranking")).ToHaveCountAsync(refinements);
        RgbImage before = await page.StageAsync(panels - 1);
        await page.Words.Nth(2).HoverAsync();
        RgbImage lit = await page.StageAsync(panels - 1);
        Assert.Equal(refinements > 0, !before.Pixels.SequenceEqual(lit.Pixels));
        foreach (int width in (int[])[1200, 375, 320])
        {
            await page.Page.SetViewportSizeAsync(width, 700);
            Assert.Equal(width, await page.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            LocatorBoundingBoxResult last = (await page.Canvases.Nth(panels - 1).BoundingBoxAsync())!;
            Assert.True(last.Width >= 160 && Math.Abs(last.Width - last.Height) < 1, $"The last stage is {last.Width} by {last.Height} at {width}.");
        }

        await page.IsAccessibleAsync($"{stages} stages");

        static void Resize(JsonArray array, int count)
        {
            while (array.Count > count)
            {
                array.RemoveAt(0);
            }

            // Thumbnails come without attention.
            while (array.Count > 0 && array.Count < count)
            {
                array.Insert(0, array[0]!.DeepClone());
            }
        }
    }

    [Fact]
    public async Task Without_truncation_none_is_asked_for()
    {
        await using PageDriver page = await PageDriver.OpenAsync(chromium, server, Heart, 42);
        IRequest request = await page.Page.RunAndWaitForRequestAsync(
            () => page.Caption.FillAsync("a blue star"), sent => sent.Url.EndsWith("v1/images", StringComparison.Ordinal));
        Assert.DoesNotContain("truncation", request.PostData);
        request = await page.Page.RunAndWaitForRequestAsync(
            () => page.Page.Locator("#truncation").FillAsync("0.75"),
            sent => sent.Url.EndsWith("v1/images", StringComparison.Ordinal) && sent.PostData!.Contains("truncation", StringComparison.Ordinal));
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
