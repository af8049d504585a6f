using AttnGan.Generation;

namespace AttnGan.Tests.Generation;

public sealed class DisposalTests
{
    private static readonly GenerationRequest[] s_requests =
        [.. Enumerable.Range(0, 4).Select(seed => new GenerationRequest("a red heart", seed))];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(InferenceEngine.Fused)]
    [InlineData(InferenceEngine.OnnxRuntime)]
    public void A_pipeline_can_be_disposed_while_32_threads_generate(InferenceEngine engine)
    {
        const int Count = 32;
        TextToImagePipeline pipeline = EmojiModel.Load(new PipelineOptions { Engine = engine, Threads = 1 });
        using var started = new CountdownEvent(Count);
        var errors = new Exception?[Count];
        Thread[] threads =
        [
            .. Enumerable.Range(0, Count).Select(i => new Thread(() =>
            {
                try
                {
                    for (bool isFirst = true; ; isFirst = false)
                    {
                        pipeline.Generate("a red heart", new GenerationOptions { Size = 32, Seed = i }, Cancellation);
                        if (isFirst)
                        {
                            started.Signal();
                        }
                    }
                }
                catch (Exception error)
                {
                    errors[i] = error;
                }
            })),
        ];
        Array.ForEach(threads, thread => thread.Start());
        started.Wait(Cancellation);

        pipeline.Dispose();
        pipeline.Dispose();

        Assert.All(threads, thread => Assert.True(thread.Join(TimeSpan.FromMinutes(1))));
        Assert.All(errors, error => Assert.Equal(
            typeof(TextToImagePipeline).FullName, Assert.IsType<ObjectDisposedException>(error).ObjectName));
    }

    [Theory]
    [InlineData(InferenceEngine.Fused)]
    [InlineData(InferenceEngine.OnnxRuntime)]
    public void The_thread_that_generates_can_dispose(InferenceEngine engine)
    {
        TextToImagePipeline pipeline = EmojiModel.Load(new PipelineOptions { Engine = engine, Threads = 1, BatchSize = 2 });
        int count = 0;

        Assert.Throws<ObjectDisposedException>(() =>
        {
            foreach (GeneratedImage image in pipeline.Generate(s_requests, new GenerationOptions { Size = 32 }, Cancellation))
            {
                count++;
                pipeline.Dispose();
            }
        });

        Assert.Equal(2, count); // the first batch was complete
    }

    [Theory]
    [InlineData(InferenceEngine.Fused)]
    [InlineData(InferenceEngine.OnnxRuntime)]
    public async Task Every_method_of_a_disposed_pipeline_throws(InferenceEngine engine)
    {
        TextToImagePipeline pipeline = EmojiModel.Load(new PipelineOptions { Engine = engine, Threads = 1 });
        pipeline.Dispose();

        Assert.Throws<ObjectDisposedException>(() => pipeline.Generate("a red heart", null, Cancellation));
        Assert.Throws<ObjectDisposedException>(() => pipeline.Generate(s_requests, null, Cancellation).First());
        Assert.Throws<ObjectDisposedException>(() => pipeline.Interpolate(s_requests[0], s_requests[1], 3, null, Cancellation).First());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pipeline.GenerateAsync("a red heart", null, Cancellation));
        Assert.Equal([32, 64, 128], pipeline.StageSizes);
    }

    [Fact]
    public void A_token_takes_precedence_over_disposal()
    {
        TextToImagePipeline pipeline = EmojiModel.Load(new PipelineOptions { Threads = 1 });
        using var source = new CancellationTokenSource();
        using IEnumerator<GeneratedImage> images = pipeline.Generate(s_requests, null, source.Token).GetEnumerator();
        source.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => images.MoveNext());
        pipeline.Dispose();
    }
}
