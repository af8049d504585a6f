using System.Net;
using System.Text.Json.Nodes;

namespace AttnGan.Server.Tests;

public sealed class DrainTests : IDisposable
{
    private const string Body = """{ "caption": "a star", "seed": 1 }""";

    private readonly HeldGenerator _drawer = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _drawer.Dispose();

    [Fact]
    public async Task A_server_that_stops_answers_what_it_has_begun_and_sends_others_away()
    {
        await using var factory = new ServerFactory { Drawer = _drawer.Of };
        factory.UseKestrel(0);
        factory.StartServer();
        using HttpClient client = factory.CreateClient();
        var stopped = new TaskCompletionSource();
        factory.Lifetime.ApplicationStopped.Register(stopped.SetResult);
        Task<JsonNode> drawn = client.PostAsync("/v1/images", Body);
        await _drawer.EnteredAsync();
        Task<JsonNode> waiting = client.PostAsync("/v1/images", Body);
        await factory.Counters.UntilAsync("attngan.queue.length", 1);

        factory.Lifetime.StopApplication();

        using HttpRequestMessage request = Api.Post("/v1/images", Body);
        using HttpResponseMessage refused = await client.SendAsync(request, Cancellation);
        await refused.ReadAsync(HttpStatusCode.ServiceUnavailable);
        Assert.Equal("1", refused.Headers.Header("Retry-After"));
        Assert.True(refused.Headers.ConnectionClose);
        await client.GetAsync("/readyz", HttpStatusCode.ServiceUnavailable);
        Assert.False(stopped.Task.IsCompleted);

        _drawer.LetAllGo();
        Assert.Equal(1, (long)(await drawn)["images"]![0]!["seed"]!);
        Assert.Equal(1, (long)(await waiting)["images"]![0]!["seed"]!);
        await stopped.Task.WaitAsync(Cancellation);
        Assert.Empty(factory.Log.Lines);
    }

    [Fact]
    public async Task What_takes_longer_than_the_shutdown_timeout_is_given_up()
    {
        await using var factory = new ServerFactory(("shutdown-timeout", "0")) { Drawer = _drawer.Of };
        using HttpClient client = factory.CreateClient();
        var stopped = new TaskCompletionSource();
        factory.Lifetime.ApplicationStopped.Register(stopped.SetResult);
        Task<JsonNode> drawn = client.PostAsync("/v1/images", Body);
        await _drawer.EnteredAsync();

        factory.Lifetime.StopApplication();
        await stopped.Task.WaitAsync(Cancellation);

        await Assert.ThrowsAnyAsync<Exception>(() => drawn);
        Assert.Contains(factory.Log.Lines, line => line.Contains("1 requests unanswered", StringComparison.Ordinal));
    }
}
