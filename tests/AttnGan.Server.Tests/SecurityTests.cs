using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace AttnGan.Server.Tests;

public sealed class SecurityTests(DefaultServer server) : IClassFixture<DefaultServer>
{
    private const string Star = """{ "caption": "a star" }""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/")]
    [InlineData("/v1/models")]
    [InlineData("/v1/models/none")]
    [InlineData("/v1/images")]
    [InlineData("/nothing")]
    [InlineData("/healthz")]
    [InlineData("/metrics")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/reference/scalar.js")]
    public async Task Every_answer_has_headers_that_keep_browsers_from_harm(string path)
    {
        using HttpResponseMessage response = await server.Client.GetAsync(path, Cancellation);

        AssertHeaders(response);
        string policy = response.Headers.Header("Content-Security-Policy");
        Assert.StartsWith("default-src 'self'; img-src 'self' data: blob:;", policy);
        Assert.DoesNotContain("unsafe", policy);
    }

    [Fact]
    public async Task An_error_in_the_server_has_the_headers_too()
    {
        await using var factory = new ServerFactory { Drawer = pipeline => new FailingOnce(pipeline) };
        using HttpClient client = factory.CreateClient();
        using HttpRequestMessage request = Api.Post("/v1/images", Star);
        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        AssertHeaders(response);
        Assert.DoesNotContain("unsafe", response.Headers.Header("Content-Security-Policy"));
    }

    [Fact]
    public async Task Errors_that_no_handler_made_are_problem_details()
    {
        await server.Client.GetAsync("/nothing", HttpStatusCode.NotFound);
        JsonNode problem = await server.Client.GetAsync("/v1/images", HttpStatusCode.MethodNotAllowed);
        Assert.Contains("POST", (string?)problem["detail"]);
        using var text = new StringContent(Star, Encoding.UTF8, "text/plain");
        using HttpResponseMessage response = await server.Client.PostAsync("/v1/images", text, Cancellation);
        Assert.Contains("application/json", (string?)(await response.ReadAsync(HttpStatusCode.UnsupportedMediaType))["detail"]);
        await server.Client.PostAsync("/nothing", Star, HttpStatusCode.NotFound, "image/png");
    }

    [Fact]
    public async Task A_body_that_is_too_long_is_refused_whether_it_says_so_or_not()
    {
        await using var factory = new ServerFactory(("max-body-size", "1000"));
        factory.UseKestrel(0);
        factory.StartServer();
        using HttpClient client = factory.CreateClient();
        string longBody = $$"""{ "caption": "{{new string('a', 2000)}}" }""";

        Assert.Contains("1000", (string?)(await client.PostAsync(
            "/v1/images", longBody, HttpStatusCode.RequestEntityTooLarge))["detail"]);

        using HttpRequestMessage chunked = Api.Post("/v1/images", longBody);
        chunked.Headers.TransferEncodingChunked = true;
        using HttpResponseMessage response = await client.SendAsync(chunked, Cancellation);
        Assert.Contains("1000", (string?)(await response.ReadAsync(HttpStatusCode.RequestEntityTooLarge))["detail"]);
    }

    [Theory]
    [InlineData("/v1/models")]
    [InlineData("/v1/vocabulary")]
    [InlineData("/metrics")]
    public async Task With_a_key_set_the_api_is_open_to_those_who_have_it(string path)
    {
        await using var factory = new ServerFactory(("api-key", "first, second"));
        using HttpClient client = factory.CreateClient();

        using HttpResponseMessage refused = await client.GetAsync(path, Cancellation);
        await refused.ReadAsync(HttpStatusCode.Unauthorized);
        Assert.StartsWith("ApiKey", refused.Headers.WwwAuthenticate.ToString());
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, path, "third"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, path, "first, second"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, path, "first"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, path, "second"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/reference/")]
    public async Task With_a_key_set_page_and_probes_stay_open(string path)
    {
        await using var factory = new ServerFactory(("api-key", "first"));
        using HttpClient client = factory.CreateClient();

        using HttpResponseMessage response = await client.GetAsync(path, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_wrong_key_is_refused_before_the_body_is_read()
    {
        await using var factory = new ServerFactory(("api-key", "first"));
        using HttpClient client = factory.CreateClient();

        await client.PostAsync("/v1/images", "no json", HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_client_may_make_so_many_requests_in_a_minute()
    {
        await using var factory = new ServerFactory(("rate-limit", "2"));
        using HttpClient client = factory.CreateClient();

        await client.GetAsync("/v1/models", HttpStatusCode.OK);
        await client.PostAsync("/v1/images", Star);
        using HttpResponseMessage refused = await client.GetAsync("/v1/models", Cancellation);
        Assert.Contains("2 requests", (string?)(await refused.ReadAsync(HttpStatusCode.TooManyRequests))["detail"]);
        Assert.InRange(int.Parse(refused.Headers.Header("Retry-After")), 1, 60);

        // The page and the probes do not count.
        using HttpResponseMessage page = await client.GetAsync("/", Cancellation);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task Whom_a_key_names_is_one_client()
    {
        await using var factory = new ServerFactory(("rate-limit", "1"), ("api-key", "first,second"));
        using HttpClient client = factory.CreateClient();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/v1/models", "first"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(client, "/v1/models", "first"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/v1/models", "second"));
        // Who guesses keys is slowed down too.
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/v1/models", "guess 1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(client, "/v1/models", "guess 2"));
    }

    [Theory]
    [InlineData("true", HttpStatusCode.OK)]
    [InlineData("false", HttpStatusCode.TooManyRequests)]
    public async Task A_proxys_word_on_who_the_client_is_counts_only_where_that_was_asked_for(string asked, HttpStatusCode second)
    {
        await using var factory = new ServerFactory(("rate-limit", "1"), ("forwarded-headers", asked));
        using HttpClient client = factory.CreateClient();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "192.0.2.1"));
        Assert.Equal(second, await StatusAsync(client, "192.0.2.2"));

        static async Task<HttpStatusCode> StatusAsync(HttpClient client, string address)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
            request.Headers.Add("X-Forwarded-For", address);
            using HttpResponseMessage response = await client.SendAsync(request, Cancellation);
            return response.StatusCode;
        }
    }

    private static void AssertHeaders(HttpResponseMessage response)
    {
        Assert.Equal("nosniff", response.Headers.Header("X-Content-Type-Options"));
        Assert.Equal("no-referrer", response.Headers.Header("Referrer-Policy"));
        Assert.Equal("DENY", response.Headers.Header("X-Frame-Options"));
        Assert.Contains("frame-ancestors 'none'", response.Headers.Header("Content-Security-Policy"));
        Assert.False(response.Headers.Contains("Server"));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("X-Api-Key", key);
        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);
        return response.StatusCode;
    }
}
