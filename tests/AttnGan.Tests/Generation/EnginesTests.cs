using AttnGan.Attention;
using AttnGan.Generation;

namespace AttnGan.Tests.Generation;

public sealed class EnginesTests : IDisposable
{
    private static readonly GenerationRequest[] s_requests =
        [new("a red heart", 42), new("a big blue square with a yellow face and a green hat", 7), new("face", -3)];

    private readonly TextToImagePipeline _runtime =
        EmojiModel.Load(new PipelineOptions { Engine = InferenceEngine.OnnxRuntime, Threads = 2 });

    public void Dispose() => _runtime.Dispose();

    [Fact]
    public void Both_engines_generate_the_same_images()
    {
        var options = new GenerationOptions { AllStages = true, Attention = true };

        AssertEqual(
            EmojiModel.Pipeline.Generate(s_requests, options, TestContext.Current.CancellationToken),
            _runtime.Generate(s_requests, options, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(64)]
    [InlineData(32)]
    public void Both_engines_generate_the_same_images_of_earlier_stages(int size)
    {
        var options = new GenerationOptions { Size = size, Attention = true, Truncation = 0.9 };

        AssertEqual(
            EmojiModel.Pipeline.Generate(s_requests, options, TestContext.Current.CancellationToken),
            _runtime.Generate(s_requests, options, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Both_engines_interpolate_equally()
    {
        var options = new GenerationOptions { Attention = true };

        AssertEqual(
            EmojiModel.Pipeline.Interpolate(s_requests[0], s_requests[1], 5, options, TestContext.Current.CancellationToken),
            _runtime.Interpolate(s_requests[0], s_requests[1], 5, options, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Session_options_of_ONNX_Runtime_can_be_configured()
    {
        int calls = 0;
        using TextToImagePipeline pipeline = EmojiModel.Load(new PipelineOptions
        {
            Engine = InferenceEngine.OnnxRuntime,
            Threads = 1,
            ConfigureOnnxRuntime = options =>
            {
                Assert.Equal(1, options.IntraOpNumThreads);
                options.ProfileOutputPathPrefix = "unused";
                calls++;
            },
        });

        Assert.Equal(1, calls);
        Assert.Equal(InferenceEngine.OnnxRuntime, pipeline.Engine);
    }

    private static void AssertEqual(IEnumerable<GeneratedImage> expected, IEnumerable<GeneratedImage> actual)
    {
        GeneratedImage[] ones = [.. expected], others = [.. actual];
        Assert.Equal(ones.Length, others.Length);
        foreach ((GeneratedImage one, GeneratedImage other) in ones.Zip(others))
        {
            Assert.Equal(one.Stages.Count, other.Stages.Count);
            Assert.Equal(one.Attention.Count, other.Attention.Count);
            foreach ((byte[] first, byte[] second) in one.Stages.Zip(other.Stages, (a, b) => (a.Pixels, b.Pixels)))
            {
                // Rounding differences occasionally lead to neighboring levels.
                int[] differences = [.. first.Zip(second, (a, b) => Math.Abs(a - b))];
                Assert.InRange(differences.Max(), 0, 1);
                Assert.InRange(differences.Average(), 0, 0.01);
            }

            foreach ((StageAttention first, StageAttention second) in one.Attention.Zip(other.Attention))
            {
                Assert.Equal(first.Words, second.Words);
                Assert.All(first.Weights.ToArray().Zip(second.Weights.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));
            }
        }
    }
}
