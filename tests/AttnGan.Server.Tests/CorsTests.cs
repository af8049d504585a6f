using System.Net;

namespace AttnGan.Server.Tests;

public sealed class CorsTests
{
    private const string Origin = "https://example.org";
    private const string AllowOrigin = "Access-Control-Allow-Origin";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_page_of_another_origin_may_call_the_api_by_default()
    {
        await using var factory = new ServerFactory();
        using HttpClient client = factory.CreateClient();

        using HttpResponseMessage preflight = await SendAsync(client, HttpMethod.Options, "/v1/images/generations");
        using HttpResponseMessage models = await SendAsync(client, HttpMethod.Get, "/v1/models");

        Assert.False(preflight.Headers.Contains(AllowOrigin));
        Assert.False(models.Headers.Contains(AllowOrigin));
    }

    [Theory]
    [InlineData("https://example.org, http://localhost:3000", Origin)]
    [InlineData("*", "*")]
    public async Task Pages_of_the_origins_may(string setting, string allowed)
    {
        await using var factory = new ServerFactory(("cors", setting), ("api-key", "k"));
        using HttpClient client = factory.CreateClient();

        foreach (string path in (string[])["/v1/images/generations", "/v1/images", "/sdapi/v1/txt2img"])
        {
            using HttpResponseMessage preflight = await SendAsync(client, HttpMethod.Options, path);
            Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
            Assert.Equal(allowed, preflight.Headers.Header(AllowOrigin));
            Assert.Contains("authorization", preflight.Headers.Header("Access-Control-Allow-Headers"), StringComparison.OrdinalIgnoreCase);
        }

        // Pages read errors, too.
        using HttpResponseMessage refused = await SendAsync(client, HttpMethod.Get, "/v1/models");
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(allowed, refused.Headers.Header(AllowOrigin));
        Assert.Contains("X-Seed", refused.Headers.Header("Access-Control-Expose-Headers"));
        // The metrics are not part of the API.
        using HttpResponseMessage metrics = await SendAsync(client, HttpMethod.Get, "/metrics");
        Assert.False(metrics.Headers.Contains(AllowOrigin));
    }

    [Fact]
    public async Task Pages_of_other_origins_may_not()
    {
        await using var factory = new ServerFactory(("cors", "https://example.com"));
        using HttpClient client = factory.CreateClient();

        using HttpResponseMessage preflight = await SendAsync(client, HttpMethod.Options, "/v1/images/generations");

        Assert.False(preflight.Headers.Contains(AllowOrigin));
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Origin", Origin);
        if (method == HttpMethod.Options)
        {
            request.Headers.Add("Access-Control-Request-Method", "POST");
            request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        }

        return client.SendAsync(request, Cancellation);
    }
}
