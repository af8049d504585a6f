using AttnGan.Generation;

namespace AttnGan.Server.Generation;

/// <summary>What draws the batches of a queue. Called by one thread at a time.</summary>
internal interface IBatchDrawer
{
    GeneratedImage[] Draw(IReadOnlyList<PictureRequest> pictures, GenerationOptions options, CancellationToken cancellation);

    IEnumerable<GeneratedImage> Interpolate(
        PictureRequest from, PictureRequest to, int frames, GenerationOptions options, CancellationToken cancellation);
}

/// <summary>Draws with a model's pipeline.</summary>
internal sealed class PipelineDrawer(TextToImagePipeline pipeline) : IBatchDrawer
{
    public GeneratedImage[] Draw(IReadOnlyList<PictureRequest> pictures, GenerationOptions options, CancellationToken cancellation) =>
        [.. pipeline.Generate(pictures, options, cancellation)];

    public IEnumerable<GeneratedImage> Interpolate(
        PictureRequest from, PictureRequest to, int frames, GenerationOptions options, CancellationToken cancellation) =>
        pipeline.Interpolate(from, to, frames, options, cancellation);
}
