using System.Net;
using System.Text.Json.Nodes;
using AttnGan.Generation;
using AttnGan.Imaging;

namespace AttnGan.Server.Tests;

/// <summary>The queue with a generator that the tests release step by step, so that no test depends on timing.</summary>
public sealed class BatchingTests : IDisposable
{
    private const string Path = "/v1/images";

    private readonly HeldGenerator _generator = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _generator.Dispose();

    [Fact]
    public async Task Requests_that_wait_share_the_next_batch_and_get_the_same_images_as_alone()
    {
        await using ServerFactory factory = Start();
        using HttpClient client = factory.CreateClient();
        Task<JsonNode> first = GenerateAsync(client, 0);
        await _generator.StartedAsync();
        Task<JsonNode>[] waiting = [.. Enumerable.Range(1, 5).Select(seed => GenerateAsync(client, seed))];
        await WaitForQueueLengthAsync(factory, 5);
        _generator.ReleaseAll();

        JsonNode[] responses = [await first, .. await Task.WhenAll(waiting)];

        Assert.Equal([1, 5], _generator.Batches.Select(batch => batch.Count));
        using var pipeline = TextToImagePipeline.Load(Repository.BundledModel);
        Assert.All(responses, response =>
        {
            JsonNode image = response["images"]![0]!;
            GeneratedImage alone = pipeline.Generate(
                (string)image["caption"]!, new GenerationOptions { Seed = (long)image["seed"]! }, Cancellation);
            Assert.Equal(alone.Image.Encode(ImageFormat.Png, alone.Metadata), image["stages"]![0]!["data"].Bytes());
        });
    }

    [Fact]
    public async Task Batches_have_images_with_equal_options_only_and_respect_the_maximum_size()
    {
        await using ServerFactory factory = Start(("max-batch-size", "2"));
        using HttpClient client = factory.CreateClient();
        Task first = GenerateAsync(client, 0);
        await _generator.StartedAsync();
        List<Task> waiting = [first];
        int images = 0;
        foreach ((string options, int count) in new[]
        {
            ("", 1), (", \"size\": 32", 1), (", \"attention\": true", 1), (", \"stages\": true", 1), (", \"truncation\": 0.5", 1),
            (", \"n\": 2", 2), (", \"size\": 32", 1),
        })
        {
            images += count;
            waiting.Add(GenerateAsync(client, 1, options));
            await WaitForQueueLengthAsync(factory, images);
        }

        _generator.ReleaseAll();
        await Task.WhenAll(waiting);

        // The request with two images fills the batch with its options; its second image continues behind the others.
        Assert.Equal([1, 2, 2, 1, 1, 1, 1], _generator.Batches.Select(batch => batch.Count));
    }

    [Fact]
    public async Task A_large_request_does_not_block_a_small_one()
    {
        await using ServerFactory factory = Start(("max-batch-size", "2"));
        using HttpClient client = factory.CreateClient();
        Task<JsonNode> large = GenerateAsync(client, 100, ", \"n\": 8");
        await _generator.StartedAsync();
        Task<JsonNode> small = GenerateAsync(client, 1);
        await WaitForQueueLengthAsync(factory, 7);

        // The small request arrived during the first batch of the large one, so the second batch contains it.
        _generator.Release(2);
        await small;
        Assert.False(large.IsCompleted);

        _generator.ReleaseAll();
        Assert.Equal(
            Enumerable.Range(100, 8), (await large)["images"]!.AsArray().Select(image => (int)image!["seed"]!));
    }

    [Fact]
    public async Task A_full_queue_returns_429_with_a_retry_time()
    {
        await using ServerFactory factory = Start(("queue-length", "4"), ("max-images", "4"), ("max-frames", "4"));
        using HttpClient client = factory.CreateClient();
        Task first = GenerateAsync(client, 0);
        await _generator.StartedAsync();
        Task second = GenerateAsync(client, 1, ", \"n\": 3");
        await WaitForQueueLengthAsync(factory, 3);

        using HttpRequestMessage request = Api.Post(Path, """{ "caption": "a star", "n": 2 }""");
        using HttpResponseMessage refused = await client.SendAsync(request, Cancellation);
        Assert.Equal("Queue full", (string?)(await refused.ReadAsync(HttpStatusCode.TooManyRequests))["title"]);
        Assert.InRange(int.Parse(refused.Headers.Header("Retry-After")), 1, 60);

        // The queue has room for one more.
        Task third = GenerateAsync(client, 2);
        _generator.ReleaseAll();
        await Task.WhenAll(first, second, third);
        Assert.Equal(4, factory.Counters.Maximum("attngan.queue.length"));
    }

    [Fact]
    public async Task Images_of_disconnected_clients_are_not_generated()
    {
        await using ServerFactory factory = Start();
        using HttpClient client = factory.CreateClient();
        Task first = GenerateAsync(client, 0);
        await _generator.StartedAsync();
        using var disconnection = new CancellationTokenSource();
        using HttpRequestMessage request = Api.Post(Path, """{ "caption": "a star", "seed": 1, "n": 3 }""");
        Task abandoned = client.SendAsync(request, disconnection.Token);
        await WaitForQueueLengthAsync(factory, 3);
        Task<JsonNode> second = GenerateAsync(client, 2);
        await WaitForQueueLengthAsync(factory, 4);

        await disconnection.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        _generator.ReleaseAll();
        await Task.WhenAll(first, second);

        Assert.Equal([0, 2], _generator.Batches.SelectMany(batch => batch).Select(image => image.Seed));
        Assert.Equal(3, factory.Counters["attngan.images.dropped"]);
        Assert.Equal(0, factory.Counters["attngan.queue.length"]);
        Assert.Empty(factory.Log.Lines);
    }

    [Fact]
    public async Task An_interpolation_ends_when_its_client_disconnects()
    {
        await using ServerFactory factory = Start();
        using HttpClient client = factory.CreateClient();
        using var disconnection = new CancellationTokenSource();
        using HttpRequestMessage request = Api.Post(
            "/v1/interpolations",
            """{ "from": { "caption": "a star", "seed": 1 }, "to": { "caption": "a star", "seed": 2 }, "frames": 60 }""");
        Task abandoned = client.SendAsync(request, disconnection.Token);
        await _generator.StartedAsync();

        await disconnection.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => abandoned);
        // The first frame is never released: only the disconnection ends the request.
        await factory.Counters.UntilAsync("attngan.images.dropped", 60);
        _generator.ReleaseAll();
        await GenerateAsync(client, 3);

        Assert.Equal(2, _generator.Batches.Count);
        Assert.Equal(0, factory.Counters["attngan.queue.length"]);
    }

    [Fact]
    public async Task A_failing_batch_reveals_no_details_and_the_next_batch_succeeds()
    {
        await using var factory = new ServerFactory { CreateGenerator = pipeline => new FailingOnce(pipeline) };
        using HttpClient client = factory.CreateClient();

        JsonNode problem = await client.PostAsync(Path, """{ "caption": "a star" }""", HttpStatusCode.InternalServerError);

        Assert.DoesNotContain("secret", problem.ToJsonString());
        Assert.Contains(factory.Log.Lines, line => line.Contains("secret", StringComparison.Ordinal));
        await client.PostAsync(Path, """{ "caption": "a star" }""");
        Assert.Equal(0, factory.Counters["attngan.queue.length"]);
    }

    [Fact]
    public async Task A_partial_batch_waits_for_the_configured_time()
    {
        var time = new HeldTime();
        await using var factory = new ServerFactory(("batch-wait", "1000"), ("max-batch-size", "3"))
        {
            CreateGenerator = _generator.Create,
            Time = time,
        };
        using HttpClient client = factory.CreateClient();
        _generator.ReleaseAll();

        Task first = GenerateAsync(client, 0);
        await time.TimerCreatedAsync();
        Task second = GenerateAsync(client, 1);
        await WaitForQueueLengthAsync(factory, 2);
        time.Elapse();
        await Task.WhenAll(first, second);

        Assert.Equal([2], _generator.Batches.Select(batch => batch.Count));
    }

    private ServerFactory Start(params (string, string)[] settings) => new(settings) { CreateGenerator = _generator.Create };

    private static Task<JsonNode> GenerateAsync(HttpClient client, int seed, string options = "") =>
        client.PostAsync(Path, $$"""{ "caption": "{{(seed % 2 == 0 ? "a red heart" : "a star")}}", "seed": {{seed}}{{options}} }""");

    private static Task WaitForQueueLengthAsync(ServerFactory factory, int images) =>
        factory.Counters.UntilAsync("attngan.queue.length", images);
}
