using System.Net;
using System.Text.Json.Nodes;
using AttnGan.Generation;
using AttnGan.Server.Generation;

namespace AttnGan.Server.Tests;

public sealed class StageStreamTests(DefaultServer server) : IClassFixture<DefaultServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stages_are_events_with_the_values_of_the_json_response()
    {
        const string Request = """{ "captions": ["a red hart", "a star"], "n": 2, "seed": 7, "attention": true, "stages": true }""";
        JsonNode whole = await server.Client.PostAsync("/v1/images", Request);

        (string Name, JsonNode Data)[] events = await EventsAsync(server.Client, Request).ToArrayAsync(Cancellation);

        Assert.Equal([.. Enumerable.Repeat("stage", 12), "done"], events.Select(each => each.Name));
        Assert.Equal("emoji", (string?)events[^1].Data["model"]);
        for (int index = 0; index < 4; index++)
        {
            JsonNode image = whole["images"]![index]!;
            JsonNode[] stages = [.. events.SkipLast(1).Select(each => each.Data).Where(stage => (int)stage["index"]! == index)];
            Assert.Equal([1, 2, 3], stages.Select(stage => (int)stage["stage"]!));
            Assert.Equal([false, false, true], stages.Select(stage => (bool)stage["last"]!));
            Assert.All(stages, stage => Assert.All(
                ["caption", "seed", "words", "unknownWords", "truncated"],
                member => Assert.True(JsonNode.DeepEquals(image[member], stage[member]), member)));
            // The file of the last stage has the metadata of the image.
            Assert.True(JsonNode.DeepEquals(image["stages"], new JsonArray([.. stages.Select(stage => stage["image"]!.DeepClone())])));
            Assert.Null(stages[0]["attention"]);
            Assert.True(JsonNode.DeepEquals(
                image["attention"], new JsonArray([.. stages.Skip(1).Select(stage => stage["attention"]!.DeepClone())])));
        }
    }

    [Fact]
    public async Task A_stage_is_sent_before_the_next_one_is_computed()
    {
        using var gate = new SemaphoreSlim(0);
        await using var factory = new ServerFactory { CreateGenerator = pipeline => new StageByStage(pipeline, _ => gate.Wait()) };
        using HttpClient client = factory.CreateClient();

        int stages = 0;
        gate.Release();
        await foreach ((string name, JsonNode data) in EventsAsync(client, """{ "caption": "a star" }"""))
        {
            if (name == "stage")
            {
                Assert.Equal(++stages, (int)data["stage"]!);
                gate.Release();
            }
        }

        Assert.Equal(3, stages);
    }

    [Fact]
    public async Task An_error_after_the_first_stage_is_an_event()
    {
        await using var factory = new ServerFactory
        {
            CreateGenerator = pipeline => new StageByStage(
                pipeline, stage => _ = stage.Stage == 2 ? throw new InvalidOperationException("secret") : stage),
        };
        using HttpClient client = factory.CreateClient();

        (string Name, JsonNode Data)[] events = await EventsAsync(client, """{ "caption": "a star" }""").ToArrayAsync(Cancellation);

        Assert.Equal(["stage", "problem"], events.Select(each => each.Name));
        Assert.Equal(500, (int)events[1].Data["status"]!);
        Assert.DoesNotContain("secret", events[1].Data.ToJsonString());
        Assert.Contains(factory.Log.Lines, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Errors_before_the_first_stage_are_responses()
    {
        const string Accept = "text/event-stream";
        await server.Client.PostAsync("/v1/images", """{ "caption": "zzzzzz" }""", HttpStatusCode.UnprocessableEntity, Accept);
        await server.Client.PostAsync("/v1/images", """{ "caption": "a star", "size": 5 }""", HttpStatusCode.BadRequest, Accept);
    }

    [Fact]
    public async Task A_batch_ends_before_its_next_stage_when_all_its_clients_have_disconnected()
    {
        using var disconnection = new CancellationTokenSource();
        using var computed = new SemaphoreSlim(0);
        int stages = 0;
        await using var factory = new ServerFactory
        {
            CreateGenerator = pipeline => new StageByStage(pipeline, stage =>
            {
                stages++;
                disconnection.Cancel();
                computed.Release();
            }),
        };
        using HttpClient client = factory.CreateClient();

        // Canceled by the client, or by the server's end of the connection.
        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using HttpRequestMessage request = Api.Post("/v1/images", """{ "caption": "a star" }""", "text/event-stream");
            using HttpResponseMessage response =
                await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, disconnection.Token);
            await response.Content.ReadAsStringAsync(disconnection.Token);
        });
        await computed.WaitAsync(Cancellation);
        await factory.Counters.UntilAsync("attngan.images.dropped", 1);

        Assert.InRange(stages, 1, 2); // the client's end arrives asynchronously
    }

    private static async IAsyncEnumerable<(string Name, JsonNode Data)> EventsAsync(HttpClient client, string json)
    {
        using HttpRequestMessage request = Api.Post("/v1/images", json, "text/event-stream");
        using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        while (await reader.ReadLineAsync(Cancellation) is { } name)
        {
            Assert.StartsWith("event: ", name);
            string data = (await reader.ReadLineAsync(Cancellation))!;
            Assert.StartsWith("data: ", data);
            Assert.Equal("", await reader.ReadLineAsync(Cancellation));
            yield return (name["event: ".Length..], JsonNode.Parse(data["data: ".Length..])!);
        }
    }

    /// <summary>Generates with the model, and calls an action after each stage.</summary>
    private sealed class StageByStage(TextToImagePipeline pipeline, Action<GeneratedStage> afterStage) : IBatchGenerator
    {
        public GeneratedImage[] Generate(
            IReadOnlyList<GenerationRequest> images,
            GenerationOptions options,
            Action<GeneratedStage>? onStage,
            CancellationToken cancellation) =>
        [
            .. new PipelineGenerator(pipeline).Generate(
                images,
                options,
                stage =>
                {
                    afterStage(stage);
                    onStage!(stage);
                },
                cancellation),
        ];

        public IEnumerable<GeneratedImage> Interpolate(
            GenerationRequest from, GenerationRequest to, int frames, GenerationOptions options, CancellationToken cancellation) =>
            pipeline.Interpolate(from, to, frames, options, cancellation);
    }
}
