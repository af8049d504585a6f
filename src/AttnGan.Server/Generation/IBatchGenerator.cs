using AttnGan.Generation;

namespace AttnGan.Server.Generation;

/// <summary>Generates the batches of a queue. Called by one thread at a time.</summary>
internal interface IBatchGenerator
{
    /// <param name="images">The images of the batch.</param>
    /// <param name="options">Their options.</param>
    /// <param name="onStage">Called with each stage of each image as soon as it is computed; null for none.</param>
    /// <param name="cancellation">Checked between stages.</param>
    GeneratedImage[] Generate(
        IReadOnlyList<GenerationRequest> images,
        GenerationOptions options,
        Action<GeneratedStage>? onStage,
        CancellationToken cancellation);

    IEnumerable<GeneratedImage> Interpolate(
        GenerationRequest from, GenerationRequest to, int frames, GenerationOptions options, CancellationToken cancellation);
}
