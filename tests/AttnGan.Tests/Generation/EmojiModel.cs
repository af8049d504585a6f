using AttnGan.Generation;
using AttnGan.Imaging;

namespace AttnGan.Tests.Generation;

/// <summary>The bundled model, with stages of 32, 64 and 128 pixels.</summary>
internal static class EmojiModel
{
    private static readonly Lazy<TextToImagePipeline> s_pipeline =
        new(() => Load(new PipelineOptions { Engine = InferenceEngine.Fused, Threads = 1 }));

    public static string File => Repository.BundledModel;

    /// <summary>A pipeline shared by all tests: the fused engine with one thread.</summary>
    public static TextToImagePipeline Pipeline => s_pipeline.Value;

    public static TextToImagePipeline Load(PipelineOptions options) => TextToImagePipeline.Load(File, options);

    public static byte[][] GeneratePixels(
        this TextToImagePipeline pipeline, GenerationOptions? options, params IReadOnlyList<GenerationRequest> requests) =>
        [.. pipeline.Generate(requests, options, TestContext.Current.CancellationToken).Select(image => image.Image.Pixels)];

    /// <summary>Returns the mean absolute difference of two images, in levels of 255.</summary>
    public static double Distance(RgbImage first, RgbImage second) =>
        first.Pixels.Zip(second.Pixels, (a, b) => Math.Abs(a - b)).Average();
}
