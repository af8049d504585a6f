using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using AttnGan.Server.Generation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace AttnGan.Server.Tests;

public sealed class TracesTests
{
    private const string Path = "/v1/images";
    private const string Secret = "purple";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_has_spans_of_queue_generation_and_encoding_and_links_to_its_batch()
    {
        using var spans = new Spans();
        using var generator = new HeldGenerator();
        await using var factory = new ServerFactory(("max-batch-size", "4")) { CreateGenerator = generator.Create };
        using HttpClient client = factory.CreateClient();
        // The first request loads the model; the other two wait for it and share a batch.
        (ActivityTraceId firstTrace, Task first) = Send(client, 1);
        await generator.StartedAsync();
        (ActivityTraceId trace, Task second) = Send(client, 2);
        (ActivityTraceId otherTrace, Task third) = Send(client, 1);
        await factory.Counters.UntilAsync("attngan.queue.length", 3);
        generator.ReleaseAll();
        await Task.WhenAll(first, second, third);

        Activity generate = Assert.Single(spans.Of(trace, GenerationTraces.Generate));
        Assert.Equal(("emoji", 2), (generate.GetTagItem(GenerationTraces.ModelTag), generate.GetTagItem(GenerationTraces.ImagesTag)));
        Activity queue = Assert.Single(spans.Of(trace, GenerationTraces.Queue));
        Assert.Equal(queue.ParentSpanId, generate.ParentSpanId);
        Assert.True(queue.StartTimeUtc <= generate.StartTimeUtc);
        Assert.True(queue.StartTimeUtc + queue.Duration <= generate.StartTimeUtc + generate.Duration);
        Assert.Equal(2, spans.Of(trace, GenerationTraces.Encode).Count);
        Assert.Single(spans.Of(otherTrace, GenerationTraces.Encode));

        ActivityContext batchContext = Assert.Single(generate.Links).Context;
        Assert.Equal(batchContext, Assert.Single(Assert.Single(spans.Of(otherTrace, GenerationTraces.Generate)).Links).Context);
        Activity batch = Assert.Single(spans.Of(batchContext.TraceId, GenerationTraces.Batch));
        Assert.Equal(default, batch.ParentSpanId);
        Assert.Equal(3, batch.GetTagItem(GenerationTraces.BatchSizeTag));
        Assert.Equivalent(new[] { trace, otherTrace }, batch.Links.Select(link => link.Context.TraceId), strict: true);
        Assert.NotEqual(batchContext, Assert.Single(Assert.Single(spans.Of(firstTrace, GenerationTraces.Generate)).Links).Context);
    }

    [Fact]
    public async Task A_failed_batch_has_failed_spans()
    {
        using var spans = new Spans();
        await using var factory = new ServerFactory { CreateGenerator = pipeline => new FailingOnce(pipeline) };
        using HttpClient client = factory.CreateClient();

        (ActivityTraceId trace, Task sending) = Send(client, 1, HttpStatusCode.InternalServerError);
        await sending;

        Activity generate = Assert.Single(spans.Of(trace, GenerationTraces.Generate));
        Assert.Equal((ActivityStatusCode.Error, nameof(InvalidOperationException)), (generate.Status, generate.StatusDescription));
        Assert.Empty(spans.Of(trace, GenerationTraces.Encode));
    }

    [Fact]
    public async Task Traces_and_metrics_are_sent_to_the_collector_of_the_environment()
    {
        await using var collector = new Collector();
        string endpoint = await collector.StartAsync();
        string[] variables =
        [
            $"OTEL_EXPORTER_OTLP_ENDPOINT={endpoint}", "OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "OTEL_BSP_SCHEDULE_DELAY=50",
            "OTEL_METRIC_EXPORT_INTERVAL=100", "OTEL_SERVICE_NAME=images-of-emoji",
        ];
        // On the command line, which is configuration as the environment is: that of this process is also that of other tests.
        await using (WebApplication app = ServerApplication.Create(
            ["--urls=http://127.0.0.1:0", .. variables.Select(variable => $"--{variable}")],
            builder => builder.Logging.ClearProviders()))
        {
            await app.ListenAsync();
            using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            await client.PostAsync(Path, $$"""{ "caption": "a {{Secret}} heart" }""");

            await collector.UntilAsync("/v1/traces", "queue", "batch", "generate", "encode", "POST /v1/images", "images-of-emoji");
            await collector.UntilAsync("/v1/metrics", "attngan.images.generated");
        }

        Assert.DoesNotContain(Secret, collector.Text);
    }

    private static (ActivityTraceId Trace, Task Response) Send(
        HttpClient client, int images, HttpStatusCode status = HttpStatusCode.OK)
    {
        var trace = ActivityTraceId.CreateRandom();
        return (trace, SendAsync());

        async Task SendAsync()
        {
            using HttpRequestMessage request = Api.Post(Path, $$"""{ "caption": "a star", "n": {{images}} }""");
            request.Headers.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
            using HttpResponseMessage response = await client.SendAsync(request, Cancellation);
            await response.ReadAsync(status);
        }
    }

    /// <summary>Collects the spans of this process, among them those of other tests.</summary>
    private sealed class Spans : IDisposable
    {
        private readonly ConcurrentQueue<Activity> _ended = [];
        private readonly ActivityListener _listener;

        public Spans()
        {
            _listener = new ActivityListener
            {
                ShouldListenTo = source => source.Name is GenerationTraces.SourceName or "Microsoft.AspNetCore",
                Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
                ActivityStopped = _ended.Enqueue,
            };
            ActivitySource.AddActivityListener(_listener);
        }

        public IReadOnlyList<Activity> Of(ActivityTraceId trace, string name) =>
            [.. _ended.Where(span => span.TraceId == trace && span.OperationName == name)];

        public void Dispose() => _listener.Dispose();
    }

    /// <summary>A collector that keeps what it receives.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly ConcurrentQueue<(string Path, string Text)> _received = [];
        private readonly WebApplication _app;

        public Collector()
        {
            WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
            builder.WebHost.UseKestrelCore();
            builder.Logging.ClearProviders();
            _app = builder.Build();
            _app.Urls.Add("http://127.0.0.1:0");
            _app.Run(async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body, context.RequestAborted);
                _received.Enqueue((context.Request.Path, Encoding.UTF8.GetString(body.ToArray())));
            });
        }

        public string Text => string.Concat(_received.Select(message => message.Text));

        public async Task<string> StartAsync()
        {
            await _app.StartAsync(Cancellation);
            return _app.Urls.First();
        }

        /// <summary>Waits until messages with all the texts have come.</summary>
        public async Task UntilAsync(string path, params string[] texts)
        {
            while (!texts.All(text => _received.Any(
                message => message.Path == path && message.Text.Contains(text, StringComparison.Ordinal))))
            {
                await Task.Delay(20, Cancellation);
            }
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
