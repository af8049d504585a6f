using System.Net;
using System.Text.Json.Nodes;
using AttnGan.Generation;
using AttnGan.Imaging;

namespace AttnGan.Server.Tests;

/// <summary>The queue, with a drawer that waits until it is let go: nothing here depends on how fast the machine is.</summary>
public sealed class BatchingTests : IDisposable
{
    private const string Path = "/v1/images";

    private readonly HeldGenerator _drawer = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _drawer.Dispose();

    [Fact]
    public async Task What_waits_while_a_batch_is_drawn_is_drawn_together_and_comes_out_as_if_alone()
    {
        await using ServerFactory factory = Start();
        using HttpClient client = factory.CreateClient();
        Task<JsonNode> first = Draw(client, 0);
        await _drawer.EnteredAsync();
        Task<JsonNode>[] waiting = [.. Enumerable.Range(1, 5).Select(seed => Draw(client, seed))];
        await Waiting(factory, 5);
        _drawer.LetAllGo();

        JsonNode[] answers = [await first, .. await Task.WhenAll(waiting)];

        Assert.Equal([1, 5], _drawer.Batches.Select(batch => batch.Count));
        using var pipeline = TextToImagePipeline.Load(Repository.BundledModel);
        Assert.All(answers, answer =>
        {
            JsonNode image = answer["images"]![0]!;
            GeneratedImage alone = pipeline.Generate(
                (string)image["caption"]!, new GenerationOptions { Seed = (long)image["seed"]! }, Cancellation);
            Assert.Equal(alone.Image.Encode(ImageFormat.Png, alone.Metadata), image["stages"]![0]!["data"].Bytes());
        });
    }

    [Fact]
    public async Task Only_images_of_equal_options_are_drawn_together_and_no_batch_is_larger_than_allowed()
    {
        await using ServerFactory factory = Start(("max-batch-size", "2"));
        using HttpClient client = factory.CreateClient();
        Task first = Draw(client, 0);
        await _drawer.EnteredAsync();
        List<Task> waiting = [first];
        int images = 0;
        foreach ((string options, int count) in new[]
        {
            ("", 1), (", \"size\": 32", 1), (", \"attention\": true", 1), (", \"stages\": true", 1), (", \"truncation\": 0.5", 1),
            (", \"n\": 2", 2), (", \"size\": 32", 1),
        })
        {
            images += count;
            waiting.Add(Draw(client, 1, options));
            await Waiting(factory, images);
        }

        _drawer.LetAllGo();
        await Task.WhenAll(waiting);

        // The two of one request join what has their options as far as there is room; the rest goes on behind the others.
        Assert.Equal([1, 2, 2, 1, 1, 1, 1], _drawer.Batches.Select(batch => batch.Count));
    }

    [Fact]
    public async Task A_large_request_does_not_hold_up_a_small_one()
    {
        await using ServerFactory factory = Start(("max-batch-size", "2"));
        using HttpClient client = factory.CreateClient();
        Task<JsonNode> large = Draw(client, 100, ", \"n\": 8");
        await _drawer.EnteredAsync();
        Task<JsonNode> small = Draw(client, 1);
        await Waiting(factory, 7);

        // The small one came while the large one's first batch was drawn: it is in the second.
        _drawer.LetGo(2);
        await small;
        Assert.False(large.IsCompleted);

        _drawer.LetAllGo();
        Assert.Equal(
            Enumerable.Range(100, 8), (await large)["images"]!.AsArray().Select(image => (int)image!["seed"]!));
    }

    [Fact]
    public async Task A_full_queue_is_answered_with_429_and_when_to_come_back()
    {
        await using ServerFactory factory = Start(("queue-length", "4"), ("max-images", "4"), ("max-frames", "4"));
        using HttpClient client = factory.CreateClient();
        Task first = Draw(client, 0);
        await _drawer.EnteredAsync();
        Task second = Draw(client, 1, ", \"n\": 3");
        await Waiting(factory, 3);

        using HttpRequestMessage request = Api.Post(Path, """{ "caption": "a star", "n": 2 }""");
        using HttpResponseMessage refused = await client.SendAsync(request, Cancellation);
        Assert.Equal("Queue full", (string?)(await refused.ReadAsync(HttpStatusCode.TooManyRequests))["title"]);
        Assert.InRange(int.Parse(refused.Headers.Header("Retry-After")), 1, 60);

        // There is room for one.
        Task third = Draw(client, 2);
        _drawer.LetAllGo();
        await Task.WhenAll(first, second, third);
        Assert.Equal(4, factory.Counters.Largest("attngan.queue.length"));
    }

    [Fact]
    public async Task What_nobody_waits_for_is_not_drawn()
    {
        await using ServerFactory factory = Start();
        using HttpClient client = factory.CreateClient();
        Task first = Draw(client, 0);
        await _drawer.EnteredAsync();
        using var leaving = new CancellationTokenSource();
        using HttpRequestMessage request = Api.Post(Path, """{ "caption": "a star", "seed": 1, "n": 3 }""");
        Task gone = client.SendAsync(request, leaving.Token);
        await Waiting(factory, 3);
        Task<JsonNode> second = Draw(client, 2);
        await Waiting(factory, 4);

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        _drawer.LetAllGo();
        await Task.WhenAll(first, second);

        Assert.Equal([0, 2], _drawer.Batches.SelectMany(batch => batch).Select(image => image.Seed));
        Assert.Equal(3, factory.Counters["attngan.images.dropped"]);
        Assert.Equal(0, factory.Counters["attngan.queue.length"]);
        Assert.Empty(factory.Log.Lines);
    }

    [Fact]
    public async Task An_interpolation_ends_when_its_client_goes_away()
    {
        await using ServerFactory factory = Start();
        using HttpClient client = factory.CreateClient();
        using var leaving = new CancellationTokenSource();
        using HttpRequestMessage request = Api.Post(
            "/v1/interpolations", """{ "from": { "caption": "a star", "seed": 1 }, "to": { "caption": "a star", "seed": 2 }, "frames": 60 }""");
        Task gone = client.SendAsync(request, leaving.Token);
        await _drawer.EnteredAsync();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        // The first frame is never let go: only the client's going away ends it.
        await factory.Counters.UntilAsync("attngan.images.dropped", 60);
        _drawer.LetAllGo();
        await Draw(client, 3);

        Assert.Equal(2, _drawer.Batches.Count);
        Assert.Equal(0, factory.Counters["attngan.queue.length"]);
    }

    [Fact]
    public async Task A_batch_that_fails_is_told_without_details_and_the_next_is_drawn()
    {
        await using var factory = new ServerFactory { Drawer = pipeline => new FailingOnce(pipeline) };
        using HttpClient client = factory.CreateClient();

        JsonNode problem = await client.PostAsync(Path, """{ "caption": "a star" }""", HttpStatusCode.InternalServerError);

        Assert.DoesNotContain("secret", problem.ToJsonString());
        Assert.Contains(factory.Log.Lines, line => line.Contains("secret", StringComparison.Ordinal));
        await client.PostAsync(Path, """{ "caption": "a star" }""");
        Assert.Equal(0, factory.Counters["attngan.queue.length"]);
    }

    [Fact]
    public async Task A_batch_that_is_not_full_can_be_made_to_wait()
    {
        var time = new HeldTime();
        await using var factory = new ServerFactory(("batch-wait", "1000"), ("max-batch-size", "3")) { Drawer = _drawer.Of, Time = time };
        using HttpClient client = factory.CreateClient();
        _drawer.LetAllGo();

        Task first = Draw(client, 0);
        await time.WaitedForAsync();
        Task second = Draw(client, 1);
        await Waiting(factory, 2);
        time.Pass();
        await Task.WhenAll(first, second);

        Assert.Equal([2], _drawer.Batches.Select(batch => batch.Count));
    }

    private ServerFactory Start(params (string, string)[] settings) => new(settings) { Drawer = _drawer.Of };

    private static Task<JsonNode> Draw(HttpClient client, int seed, string options = "") =>
        client.PostAsync(Path, $$"""{ "caption": "{{(seed % 2 == 0 ? "a red heart" : "a star")}}", "seed": {{seed}}{{options}} }""");

    private static Task Waiting(ServerFactory factory, int images) =>
        factory.Counters.UntilAsync("attngan.queue.length", images);
}
