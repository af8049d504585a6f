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
    public async Task Every_response_has_security_headers(string path)
    {
        using HttpResponseMessage response = await server.Client.GetAsync(path, Cancellation);

        AssertHeaders(response);
        string policy = response.Headers.Header("Content-Security-Policy");
        Assert.StartsWith("default-src 'self'; img-src 'self' data: blob:;", policy);
        Assert.DoesNotContain("unsafe", policy);
    }

    [Fact]
    public async Task Internal_errors_have_security_headers_too()
    {
        await using var factory = new ServerFactory { CreateGenerator = pipeline => new FailingOnce(pipeline) };
        using HttpClient client = factory.CreateClient();
        using HttpRequestMessage request = Api.Post("/v1/images", Star);
        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        AssertHeaders(response);
        Assert.DoesNotContain("unsafe", response.Headers.Header("Content-Security-Policy"));
    }

    [Fact]
    public async Task Errors_of_the_framework_are_problem_details()
    {
        await server.Client.GetAsync("/nothing", HttpStatusCode.NotFound);
        JsonNode problem = await server.Client.GetAsync("/v1/images", HttpStatusCode.MethodNotAllowed);
        Assert.Contains("POST", (string?)problem["detail"]);
        using var text = new StringContent(Star, Encoding.UTF8, "text/plain");
        using HttpResponseMessage response = await server.Client.PostAsync("/v1/images", text, Cancellation);
        Assert.Contains("application/json", (string?)(await response.ReadAsync(HttpStatusCode.UnsupportedMediaType))["detail"]);
        await server.Client.PostAsync("/nothing", Star, HttpStatusCode.NotFound, "image/png");
    }

    [Theory]
    [InlineData("bogus")]
    [InlineData("\"bogus\"")]
    [InlineData("utf-7")]
    public async Task An_unknown_character_set_is_unsupported(string charset)
    {
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(Star));
        body.Headers.TryAddWithoutValidation("Content-Type", $"application/json; charset={charset}");

        using HttpResponseMessage response = await server.Client.PostAsync("/v1/images", body, Cancellation);

        Assert.Contains(charset.Trim('"'), (string?)(await response.ReadAsync(HttpStatusCode.UnsupportedMediaType))["detail"]);
        Assert.Empty(server.Log.Lines);
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("\"UTF-8\"")]
    [InlineData("iso-8859-1")]
    public async Task Known_character_sets_are_read(string charset)
    {
        using var body = new ByteArrayContent(Encoding.GetEncoding(charset.Trim('"')).GetBytes(Star));
        body.Headers.TryAddWithoutValidation("Content-Type", $"application/json; charset={charset}");

        using HttpResponseMessage response = await server.Client.PostAsync("/v1/images", body, Cancellation);

        await response.ReadAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Text_that_is_not_Unicode_is_reported_as_that()
    {
        byte[] invalidUtf8 = [.. "{ \"caption\": \"a st"u8, 0xC3, 0x28, .. "ar\" }"u8];
        foreach (byte[] text in (byte[][])[invalidUtf8, Encoding.ASCII.GetBytes("""{ "caption": "a star \ud83d" }""")])
        {
            using var body = new ByteArrayContent(text);
            body.Headers.TryAddWithoutValidation("Content-Type", "application/json");

            using HttpResponseMessage response = await server.Client.PostAsync("/v1/images", body, Cancellation);

            Assert.StartsWith(
                "The value of `caption` is not Unicode text", (string?)(await response.ReadAsync(HttpStatusCode.BadRequest))["detail"]);
        }
    }

    [Theory]
    [InlineData("/v1/vocabulary?prefix=a&prefix=b", "prefix")]
    [InlineData("/v1/vocabulary?limit=1&LIMIT=2", "limit")]
    [InlineData("/v1/models?x=1&x=1", "x")]
    public async Task Repeated_query_parameters_are_refused(string path, string name) => Assert.Contains(
        $"`{name}` is repeated",
        (string?)(await server.Client.GetAsync(path, HttpStatusCode.BadRequest))["detail"],
        StringComparison.OrdinalIgnoreCase);

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_with_and_without_a_content_length()
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
    public async Task With_keys_configured_the_api_requires_one(string path)
    {
        await using var factory = new ServerFactory(("api-key", "first, second"));
        using HttpClient client = factory.CreateClient();

        using HttpResponseMessage refused = await client.GetAsync(path, Cancellation);
        await refused.ReadAsync(HttpStatusCode.Unauthorized);
        Assert.Equal(["ApiKey", "Bearer"], refused.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, path, "third"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, path, "first, second"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, path, "first"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, path, "second"));
    }

    [Theory]
    [InlineData("Bearer second", HttpStatusCode.OK)]
    [InlineData("bearer second", HttpStatusCode.OK)]
    [InlineData("Basic YW55OnNlY29uZA==", HttpStatusCode.OK)] // any:second
    [InlineData("Bearer third", HttpStatusCode.Unauthorized)]
    [InlineData("Bearer", HttpStatusCode.Unauthorized)]
    [InlineData("Basic second", HttpStatusCode.Unauthorized)]
    [InlineData("Basic c2Vjb25k", HttpStatusCode.Unauthorized)] // second, without a user
    [InlineData("Digest second", HttpStatusCode.Unauthorized)]
    public async Task Keys_in_the_authorization_header_are_accepted(string authorization, HttpStatusCode status)
    {
        await using var factory = new ServerFactory(("api-key", "first, second"));
        using HttpClient client = factory.CreateClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);

        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task X_Api_Key_takes_precedence_over_authorization()
    {
        await using var factory = new ServerFactory(("api-key", "first"));
        using HttpClient client = factory.CreateClient();
        client.DefaultRequestHeaders.Add("Authorization", "Bearer first");

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/v1/models", "second"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/reference/")]
    public async Task With_keys_configured_page_and_probes_remain_open(string path)
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
    public async Task The_rate_limit_applies_to_the_api()
    {
        await using var factory = new ServerFactory(("rate-limit", "2"));
        using HttpClient client = factory.CreateClient();

        await client.GetAsync("/v1/models", HttpStatusCode.OK);
        await client.PostAsync("/v1/images", Star);
        using HttpResponseMessage refused = await client.GetAsync("/v1/models", Cancellation);
        Assert.Contains("2 requests", (string?)(await refused.ReadAsync(HttpStatusCode.TooManyRequests))["detail"]);
        Assert.InRange(int.Parse(refused.Headers.Header("Retry-After")), 1, 60);

        // The page and the probes are not limited.
        using HttpResponseMessage page = await client.GetAsync("/", Cancellation);
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task The_rate_limit_applies_per_key()
    {
        await using var factory = new ServerFactory(("rate-limit", "1"), ("api-key", "first,second"));
        using HttpClient client = factory.CreateClient();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/v1/models", "first"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(client, "/v1/models", "first"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/v1/models", "second"));
        // Requests with invalid keys share the limit of their IP address, which slows down guessing.
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/v1/models", "guess 1"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(client, "/v1/models", "guess 2"));
    }

    [Fact]
    public async Task Guesses_of_a_key_at_the_metrics_are_limited_and_counted()
    {
        await using var factory = new ServerFactory(("rate-limit", "2"), ("api-key", "first"));
        using HttpClient client = factory.CreateClient();

        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/metrics", "first"));
        }

        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/metrics", "guess 1"));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(client, "/v1/models", "guess 2"));
        // Guesses at the metrics and at the API share a limit.
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(client, "/metrics", "guess 3"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(client, "/v1/models", "guess 4"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/v1/models", "first"));
        Assert.Equal(2, factory.Counters["attngan.keys.refused"]);
    }

    [Theory]
    [InlineData("true", HttpStatusCode.OK)]
    [InlineData("false", HttpStatusCode.TooManyRequests)]
    public async Task Forwarded_client_addresses_are_trusted_only_if_configured(string setting, HttpStatusCode second)
    {
        await using var factory = new ServerFactory(("rate-limit", "1"), ("forwarded-headers", setting));
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
