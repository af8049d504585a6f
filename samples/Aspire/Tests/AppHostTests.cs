using System.Diagnostics;
using System.Net.Http.Headers;
using Aspire.Hosting;
using Aspire.Hosting.Testing;
using Xunit;

namespace AttnGan.Samples.Aspire.Tests;

/// <summary>Starts the host with all that it starts. ATTNGAN_COMMAND is the command of the tool, if it is not in the path.</summary>
public sealed class AppHostTests
{
    [Fact]
    public async Task A_trace_leads_from_the_request_of_a_card_to_the_generation_of_its_image()
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromMinutes(1));
        await using Collector collector = await Collector.StartAsync();
        string command = Environment.GetEnvironmentVariable("ATTNGAN_COMMAND") ?? "attngan";
        IDistributedApplicationTestingBuilder builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.AppHost>(
            [$"--attngan={command}"], timeout.Token);
        builder.Configuration["ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL"] = collector.Endpoint; // in place of the dashboard
        builder.Configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = null;
        await using DistributedApplication app = await builder.BuildAsync(timeout.Token);
        await app.StartAsync(timeout.Token);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("cards", timeout.Token);
        using HttpClient client = app.CreateHttpClient("cards");
        var trace = ActivityTraceId.CreateRandom();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/image?caption=a%20red%20heart");
        request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");

        using HttpResponseMessage response = await client.SendAsync(request, timeout.Token);

        byte[] image = await response.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(timeout.Token);
        Assert.Equal(new MediaTypeHeaderValue("image/png"), response.Content.Headers.ContentType);
        Assert.Equal([0x89, .. "PNG"u8], image[..4]);
        IReadOnlyList<Span> spans = await collector.UntilAsync(
            trace, ["GET /image", "POST", "POST /v1/images", "queue", "generate", "encode"], timeout.Token);
        Assert.Equal(
            ["generate", "POST /v1/images", "POST", "GET /image"],
            Ancestors(spans, spans.First(span => span.Name == "generate")).Select(span => span.Name));
    }

    /// <summary>Returns a span, its parent, and so on.</summary>
    private static IEnumerable<Span> Ancestors(IReadOnlyList<Span> spans, Span? span)
    {
        for (; span is not null; span = spans.FirstOrDefault(other => other.Id == span.Parent))
        {
            yield return span;
        }
    }
}
