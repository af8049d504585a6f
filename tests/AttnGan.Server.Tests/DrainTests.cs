using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AttnGan.Server.Tests;

public sealed class DrainTests : IDisposable
{
    private const string Body = """{ "caption": "a star", "seed": 1 }""";

    private readonly HeldGenerator _generator = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _generator.Dispose();

    [Fact]
    public async Task A_graceful_shutdown_answers_running_requests_and_refuses_new_ones()
    {
        await using var factory = new ServerFactory { CreateGenerator = _generator.Create };
        factory.UseKestrel(0);
        factory.StartServer();
        using HttpClient client = factory.CreateClient();
        var stopped = new TaskCompletionSource();
        factory.Lifetime.ApplicationStopped.Register(stopped.SetResult);
        Task<JsonNode> running = client.PostAsync("/v1/images", Body);
        await _generator.StartedAsync();
        Task<JsonNode> waiting = client.PostAsync("/v1/images", Body);
        await factory.Counters.UntilAsync("attngan.queue.length", 1);

        factory.Lifetime.StopApplication();

        using HttpRequestMessage request = Api.Post("/v1/images", Body);
        using HttpResponseMessage refused = await client.SendAsync(request, Cancellation);
        await refused.ReadAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal("1", refused.Headers.Header("Retry-After"));
        Assert.True(refused.Headers.ConnectionClose);
        JsonNode notReady = await client.GetAsync("/readyz", HttpStatusCode.ServiceUnavailable);
        Assert.Equal("The server is shutting down.", (string?)notReady["detail"]);
        HealthReport report = await factory.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(Cancellation);
        Assert.Equal(
            (HealthStatus.Unhealthy, "The server is shutting down."),
            (report.Entries["readiness"].Status, report.Entries["readiness"].Description));
        Assert.False(stopped.Task.IsCompleted);

        _generator.ReleaseAll();
        Assert.Equal(1, (long)(await running)["images"]![0]!["seed"]!);
        Assert.Equal(1, (long)(await waiting)["images"]![0]!["seed"]!);
        await stopped.Task.WaitAsync(Cancellation);
        Assert.Empty(factory.Log.Lines);
    }

    [Fact]
    public async Task Requests_that_exceed_the_shutdown_timeout_are_canceled()
    {
        await using var factory = new ServerFactory(("shutdown-timeout", "0")) { CreateGenerator = _generator.Create };
        using HttpClient client = factory.CreateClient();
        var stopped = new TaskCompletionSource();
        factory.Lifetime.ApplicationStopped.Register(stopped.SetResult);
        Task<JsonNode> running = client.PostAsync("/v1/images", Body);
        await _generator.StartedAsync();

        factory.Lifetime.StopApplication();
        await stopped.Task.WaitAsync(Cancellation);

        await Assert.ThrowsAnyAsync<Exception>(() => running);
        Assert.Contains(factory.Log.Lines, line => line.Contains("1 requests unanswered", StringComparison.Ordinal));
    }
}
