using AttnGan.Generation;

namespace AttnGan.Server.Generation;

/// <summary>Generates the batches of a queue. Called by one thread at a time.</summary>
internal interface IBatchGenerator
{
    GeneratedImage[] Generate(IReadOnlyList<GenerationRequest> images, GenerationOptions options, CancellationToken cancellation);

    IEnumerable<GeneratedImage> Interpolate(
        GenerationRequest from, GenerationRequest to, int frames, GenerationOptions options, CancellationToken cancellation);
}
