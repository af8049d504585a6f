using AttnGan.Generation;
using AttnGan.Server.Generation;

namespace AttnGan.Server.Tests;

/// <summary>A bug in the first batch.</summary>
internal sealed class FailingOnce(TextToImagePipeline pipeline) : IBatchGenerator
{
    private readonly PipelineGenerator _drawer = new(pipeline);
    private bool _hasFailed;

    public GeneratedImage[] Draw(IReadOnlyList<GenerationRequest> images, GenerationOptions options, CancellationToken cancellation)
    {
        if (!_hasFailed)
        {
            _hasFailed = true;
            throw new InvalidOperationException("secret");
        }

        return _drawer.Draw(images, options, cancellation);
    }

    public IEnumerable<GeneratedImage> Interpolate(
        GenerationRequest from, GenerationRequest to, int frames, GenerationOptions options, CancellationToken cancellation) =>
        throw new InvalidOperationException("secret");
}
