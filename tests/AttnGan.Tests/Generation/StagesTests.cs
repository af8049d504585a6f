using AttnGan.Attention;
using AttnGan.Generation;

namespace AttnGan.Tests.Generation;

public sealed class StagesTests
{
    private const string Heart = "a red heart";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(InferenceEngine.Fused, null)]
    [InlineData(InferenceEngine.Fused, 64)]
    [InlineData(InferenceEngine.OnnxRuntime, null)]
    [InlineData(InferenceEngine.OnnxRuntime, 64)]
    public async Task Stages_are_those_of_the_image(InferenceEngine engine, int? size)
    {
        using TextToImagePipeline pipeline = EmojiModel.Load(new PipelineOptions { Engine = engine, Threads = 1 });
        var options = new GenerationOptions { Seed = 3, Attention = true, Truncation = 0.9, Size = size };
        GeneratedImage image = pipeline.Generate(Heart, options with { AllStages = true }, Cancellation);

        GeneratedStage[] stages = await pipeline.GenerateStagesAsync(Heart, options, Cancellation).ToArrayAsync(Cancellation);

        Assert.Equal(Enumerable.Range(1, image.Stages.Count), stages.Select(stage => stage.Stage));
        Assert.Equal(stages.Length, stages.TakeWhile(stage => !stage.IsLast).Count() + 1);
        Assert.All(stages, stage => Assert.Equal(0, stage.Index));
        foreach ((GeneratedStage stage, byte[] pixels) in stages.Zip(image.Stages, (stage, whole) => (stage, whole.Pixels)))
        {
            // ONNX Runtime may round differently in a part of the graph.
            int tolerance = engine == InferenceEngine.Fused ? 0 : 1;
            Assert.All(stage.Image.Pixels.Zip(pixels), pair => Assert.InRange(pair.First - pair.Second, -tolerance, tolerance));
        }

        Assert.Null(stages[0].Attention);
        foreach ((StageAttention whole, GeneratedStage stage) in image.Attention.Zip(stages.Skip(1)))
        {
            Assert.Equal((whole.Stage, whole.Size), (stage.Attention!.Stage, stage.Attention.Size));
            Assert.Equal(whole.Words, stage.Attention.Words);
            Assert.All(
                whole.Weights.ToArray().Zip(stage.Attention.Weights.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
        }
    }

    [Fact]
    public void All_images_of_a_batch_report_each_stage_before_the_next_one()
    {
        using TextToImagePipeline pipeline = EmojiModel.Load(new PipelineOptions { BatchSize = 2, Threads = 1 });
        GenerationRequest[] requests = [.. Enumerable.Range(0, 3).Select(seed => new GenerationRequest(Heart, seed))];
        List<(int Index, int Stage, bool IsLast)> reported = [];

        GeneratedImage[] images =
        [
            .. pipeline.Generate(
                requests,
                new GenerationOptions { AllStages = true, Size = 64 },
                stage => reported.Add((stage.Index, stage.Stage, stage.IsLast)),
                Cancellation),
        ];

        Assert.Equal(3, images.Length);
        Assert.Equal([(0, 1, false), (1, 1, false), (0, 2, true), (1, 2, true), (2, 1, false), (2, 2, true)], reported);
    }

    [Fact]
    public async Task Errors_are_thrown_before_the_first_stage()
    {
        TextToImagePipeline pipeline = EmojiModel.Load(new PipelineOptions { Threads = 1 });

        await Assert.ThrowsAsync<AttnGanException>(() => First("zzzzzz", null));
        await Assert.ThrowsAsync<AttnGanException>(() => First(Heart, new GenerationOptions { Size = 50 }));
        pipeline.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => First(Heart, null));

        Task<GeneratedStage> First(string caption, GenerationOptions? options) =>
            pipeline.GenerateStagesAsync(caption, options, Cancellation).FirstAsync(Cancellation).AsTask();
    }

    [Theory]
    [InlineData(InferenceEngine.Fused)]
    [InlineData(InferenceEngine.OnnxRuntime)]
    public async Task Cancellation_and_disposal_stop_before_the_next_stage(InferenceEngine engine)
    {
        TextToImagePipeline pipeline = EmojiModel.Load(new PipelineOptions { Engine = engine, Threads = 1 });
        using var source = new CancellationTokenSource();
        var request = new GenerationRequest(Heart, 1);
        var options = new GenerationOptions { AllStages = true };
        int stages = 0;

        OperationCanceledException error = Assert.ThrowsAny<OperationCanceledException>(() => Run(_ => source.Cancel(), source.Token));
        Assert.Equal((source.Token, 1), (error.CancellationToken, stages));
        stages = 0;
        Assert.Throws<ObjectDisposedException>(() => Run(_ => pipeline.Dispose(), Cancellation));
        Assert.Equal(1, stages);

        using TextToImagePipeline another = EmojiModel.Load(new PipelineOptions { Engine = engine, Threads = 1 });
        using var canceled = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (GeneratedStage stage in another.GenerateStagesAsync(Heart, null, canceled.Token))
            {
                await canceled.CancelAsync();
            }
        });

        // Leaving the loop is no error.
        await foreach (GeneratedStage stage in another.GenerateStagesAsync(Heart, null, Cancellation))
        {
            Assert.Equal(1, stage.Stage);
            break;
        }

        void Run(Action<GeneratedStage> onStage, CancellationToken cancellation) => Assert.Single(pipeline.Generate(
            [request],
            options,
            stage =>
            {
                stages++;
                onStage(stage);
            },
            cancellation));
    }
}
