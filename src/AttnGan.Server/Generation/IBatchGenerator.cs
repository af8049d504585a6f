using AttnGan.Generation;

namespace AttnGan.Server.Generation;

/// <summary>What draws the batches of a queue. Called by one thread at a time.</summary>
internal interface IBatchGenerator
{
    GeneratedImage[] Draw(IReadOnlyList<GenerationRequest> images, GenerationOptions options, CancellationToken cancellation);

    IEnumerable<GeneratedImage> Interpolate(
        GenerationRequest from, GenerationRequest to, int frames, GenerationOptions options, CancellationToken cancellation);
}

/// <summary>Draws with a model's pipeline.</summary>
internal sealed class PipelineGenerator(TextToImagePipeline pipeline) : IBatchGenerator
{
    public GeneratedImage[] Draw(IReadOnlyList<GenerationRequest> images, GenerationOptions options, CancellationToken cancellation) =>
        [.. pipeline.Generate(images, options, cancellation)];

    public IEnumerable<GeneratedImage> Interpolate(
        GenerationRequest from, GenerationRequest to, int frames, GenerationOptions options, CancellationToken cancellation) =>
        pipeline.Interpolate(from, to, frames, options, cancellation);
}
