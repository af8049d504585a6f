using AttnGan.Generation;
using AttnGan.Imaging;

namespace AttnGan.Tests.Generation;

/// <summary>The bundled model, which draws 32, 64 and 128 pixels.</summary>
internal static class EmojiModel
{
    private static readonly Lazy<TextToImagePipeline> s_pipeline =
        new(() => Load(new PipelineOptions { Engine = InferenceEngine.Fused, Threads = 1 }));

    public static string File => Repository.BundledModel;

    /// <summary>One for all tests: of the fused engine, on one thread.</summary>
    public static TextToImagePipeline Pipeline => s_pipeline.Value;

    public static TextToImagePipeline Load(PipelineOptions options) => TextToImagePipeline.Load(File, options);

    public static byte[][] Draw(this TextToImagePipeline pipeline, GenerationOptions? options, params IReadOnlyList<GenerationRequest> requests) =>
        [.. pipeline.Generate(requests, options, TestContext.Current.CancellationToken).Select(image => image.Image.Pixels)];

    /// <summary>Mean difference of two images' values, of 255.</summary>
    public static double Distance(RgbImage first, RgbImage second) =>
        first.Pixels.Zip(second.Pixels, (a, b) => Math.Abs(a - b)).Average();
}
