using System.Collections;
using AttnGan.Generation;

namespace AttnGan.Tests.Generation;

public sealed class CancellationTests
{
    private static readonly GenerationRequest[] s_requests =
        [.. Enumerable.Range(0, 6).Select(seed => new GenerationRequest("a red heart", seed))];

    [Theory]
    [InlineData(InferenceEngine.Fused)]
    [InlineData(InferenceEngine.OnnxRuntime)]
    public async Task A_token_canceled_beforehand_stops_every_method(InferenceEngine engine)
    {
        using TextToImagePipeline pipeline = Load(engine, 8);
        using var source = new CancellationTokenSource();
        await source.CancelAsync();

        AssertCanceled(source, () => pipeline.Generate("a red heart", null, source.Token));
        AssertCanceled(source, () => pipeline.Generate(s_requests, null, source.Token).First());
        AssertCanceled(source, () => pipeline.Interpolate(s_requests[0], s_requests[1], 3, null, source.Token).First());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pipeline.GenerateAsync("a red heart", null, source.Token));
        await using IAsyncEnumerator<GeneratedImage> images =
            pipeline.GenerateAsync(s_requests, null, null, source.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await images.MoveNextAsync());
    }

    [Theory]
    [InlineData(InferenceEngine.Fused)]
    [InlineData(InferenceEngine.OnnxRuntime)]
    public void Cancellation_stops_a_running_batch(InferenceEngine engine)
    {
        using TextToImagePipeline pipeline = Load(engine, 6);
        using var source = new CancellationTokenSource();
        var requests = new Requests();
        using IEnumerator<GeneratedImage> images = pipeline.Generate(requests, null, source.Token).GetEnumerator();
        requests.WhenRead = index =>
        {
            if (index == 4)
            {
                source.Cancel();
            }
        };

        // The requests are read when the batch starts.
        AssertCanceled(source, images.MoveNext);

        // The pipeline stays usable.
        Assert.Equal(pipeline.GeneratePixels(null, s_requests[0])[0], pipeline.GeneratePixels(null, s_requests)[0]);
    }

    [Fact]
    public void Cancellation_between_batches_stops_the_next_one()
    {
        using TextToImagePipeline pipeline = Load(InferenceEngine.Fused, 2);
        using var source = new CancellationTokenSource();
        int count = 0;

        AssertCanceled(source, () =>
        {
            foreach (GeneratedImage image in pipeline.Generate(s_requests, null, source.Token))
            {
                Assert.Equal(count++, image.Seed);
                source.Cancel();
            }

            return count;
        });

        Assert.Equal(2, count); // the first batch was complete
    }

    [Fact]
    public async Task Cancellation_stops_asynchronous_generation()
    {
        using TextToImagePipeline pipeline = Load(InferenceEngine.Fused, 2);
        using var source = new CancellationTokenSource();
        List<long> seeds = [];

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (GeneratedImage image in pipeline.GenerateAsync(s_requests, cancellation: source.Token))
            {
                seeds.Add(image.Seed);
                if (seeds.Count == 3)
                {
                    await source.CancelAsync();
                }
            }
        });

        Assert.Equal([0, 1, 2], seeds);
    }

    private static TextToImagePipeline Load(InferenceEngine engine, int batchSize) =>
        EmojiModel.Load(new PipelineOptions { Engine = engine, Threads = 1, BatchSize = batchSize });

    private static void AssertCanceled<T>(CancellationTokenSource source, Func<T> action)
    {
        OperationCanceledException error = Assert.ThrowsAny<OperationCanceledException>(() => action());
        Assert.Equal(source.Token, error.CancellationToken);
    }

    /// <summary>The requests, with a callback for each that is read.</summary>
    private sealed class Requests : IReadOnlyList<GenerationRequest>
    {
        public Action<int>? WhenRead { get; set; }

        public int Count => s_requests.Length;

        public GenerationRequest this[int index]
        {
            get
            {
                WhenRead?.Invoke(index);
                return s_requests[index];
            }
        }

        public IEnumerator<GenerationRequest> GetEnumerator() => s_requests.AsEnumerable().GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
