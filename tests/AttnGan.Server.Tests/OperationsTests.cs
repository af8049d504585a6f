using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace AttnGan.Server.Tests;

public sealed class OperationsTests(DefaultServer server) : IClassFixture<DefaultServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/healthz", "alive\n")]
    [InlineData("/readyz", "ready\n")]
    public async Task Probes_respond(string path, string text) =>
        Assert.Equal(text, await server.Client.GetStringAsync(path, Cancellation));

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Probes_respond_to_HEAD(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using HttpResponseMessage response = await server.Client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
    }

    [Theory]
    [InlineData("/openapi/v2.json")]
    [InlineData("/openapi/v1.yaml")]
    [InlineData("/openapi/")]
    public async Task Unknown_versions_of_the_openapi_document_are_problem_details(string path) =>
        await server.Client.GetAsync(path, HttpStatusCode.NotFound);

    [Fact]
    public async Task Metrics_include_requests_images_batches_queue_and_durations()
    {
        const string EmptyQueue = @"(?m)^attngan_queue_length\{[^}]*model=""emoji""[^}]*\} 0";
        const string RequestDuration = @"(?m)^http_server_request_duration_seconds_count\{[^}]*http_route=""/v1/images""";
        await server.Client.PostAsync("/v1/images", """{ "caption": "a star", "n": 3 }""");

        // The exporter caches its response for 300 ms, which may date from a time when other requests were running; and a
        // request is counted when its handler has returned, which may be after the client has read the response.
        string metrics = await server.Client.GetStringAsync("/metrics", Cancellation);
        for (int attempt = 0;
            attempt < 20 && !(Regex.IsMatch(metrics, EmptyQueue) && Regex.IsMatch(metrics, RequestDuration));
            attempt++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), Cancellation);
            metrics = await server.Client.GetStringAsync("/metrics", Cancellation);
        }

        Assert.Matches(@"(?m)^attngan_images_generated_total\{[^}]*model=""emoji""[^}]*\} [1-9]", metrics);
        Assert.Matches(EmptyQueue, metrics);
        Assert.Matches(@"(?m)^attngan_batch_size_bucket\{[^}]*le=""8""\} [1-9]", metrics);
        Assert.Matches(@"(?m)^attngan_generation_duration_seconds_bucket\{[^}]*le=""\+Inf""\} [1-9]", metrics);
        Assert.Matches(RequestDuration, metrics);
        Assert.DoesNotContain("a star", metrics);
    }

    [Fact]
    public async Task The_openapi_document_lists_all_operations()
    {
        JsonNode document = JsonNode.Parse(await server.Client.GetStringAsync("/openapi/v1.json", Cancellation))!;

        IEnumerable<string> operations =
            from path in document["paths"]!.AsObject()
            from operation in path.Value!.AsObject()
            let statuses = operation.Value!["responses"]!.AsObject().Select(response => response.Key).Order(StringComparer.Ordinal)
            select $"{operation.Key.ToUpperInvariant()} {path.Key} {operation.Value["operationId"]} {string.Join(' ', statuses)}";
        string approved = await File.ReadAllTextAsync(
            Path.Combine(Repository.Root, "tests", "AttnGan.Server.Tests", "Approved", "openapi-paths.txt"), Cancellation);
        Assert.Equal(approved, string.Concat(operations.Order(StringComparer.Ordinal).Select(line => $"{line}\n")));
        Assert.Equal("X-Api-Key", (string?)document["components"]!["securitySchemes"]!["X-Api-Key"]!["name"]);
        Assert.Equal("bearer", (string?)document["components"]!["securitySchemes"]!["Bearer"]!["scheme"]);
        Assert.Equal(["", "X-Api-Key", "Bearer"], document["security"]!.AsArray()
            .Select(alternative => string.Concat(alternative!.AsObject().Select(scheme => scheme.Key))));
        JsonObject request = document["components"]!["schemas"]!["ImagesRequest"]!["properties"]!.AsObject();
        Assert.Equal(
            ["caption", "captions", "n", "seed", "truncation", "size", "style", "stages", "attention", "strictWords", "format", "model"],
            request.Select(member => member.Key));
        Assert.All(request, member => Assert.False(string.IsNullOrEmpty((string?)member.Value!["description"])));
    }

    [Fact]
    public async Task The_reference_page_loads_nothing_from_other_hosts()
    {
        using HttpResponseMessage response = await server.Client.GetAsync("/reference/", Cancellation);
        string page = await response.Content.ReadAsStringAsync(Cancellation);

        string policy = response.Headers.Header("Content-Security-Policy");
        string nonce = Regex.Match(policy, "script-src 'self' 'nonce-([^']+)';").Groups[1].Value;
        Assert.True(nonce.Length >= 20);
        // The plus sign of base64 may be an entity in HTML.
        string[] scripts = [.. Regex.Matches(page, "<script[^>]*>").Select(tag => WebUtility.HtmlDecode(tag.Value))];
        Assert.NotEmpty(scripts);
        Assert.All(scripts, script => Assert.Contains($"nonce=\"{nonce}\"", script));
        Assert.DoesNotMatch("(?:src|href)=\"(?:https?:)?//", page);
        using HttpResponseMessage again = await server.Client.GetAsync("/reference/", Cancellation);
        Assert.DoesNotContain(nonce, again.Headers.Header("Content-Security-Policy"));
    }

    [Theory]
    [InlineData("/reference/scalar.js")]
    [InlineData("/reference/scalar.aspnetcore.js")]
    public async Task The_reference_pages_scripts_are_served(string path)
    {
        using HttpResponseMessage response = await server.Client.GetAsync(path, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.EndsWith("/javascript", response.Content.Headers.ContentType?.MediaType);
    }
}
