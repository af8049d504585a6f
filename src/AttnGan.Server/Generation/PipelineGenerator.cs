using AttnGan.Generation;

namespace AttnGan.Server.Generation;

/// <summary>Generates with a model's pipeline.</summary>
internal sealed class PipelineGenerator(TextToImagePipeline pipeline) : IBatchGenerator
{
    public GeneratedImage[] Generate(
        IReadOnlyList<GenerationRequest> images,
        GenerationOptions options,
        Action<GeneratedStage>? onStage,
        CancellationToken cancellation) => [.. pipeline.Generate(images, options, onStage, cancellation)];

    public IEnumerable<GeneratedImage> Interpolate(
        GenerationRequest from, GenerationRequest to, int frames, GenerationOptions options, CancellationToken cancellation) =>
        pipeline.Interpolate(from, to, frames, options, cancellation);
}
