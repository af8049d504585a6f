using AttnGan.Generation;
using AttnGan.Server.Generation;

namespace AttnGan.Server.Tests;

/// <summary>A bug in the first batch.</summary>
internal sealed class FailingOnce(TextToImagePipeline pipeline) : IBatchDrawer
{
    private readonly PipelineDrawer _drawer = new(pipeline);
    private bool _hasFailed;

    public GeneratedImage[] Draw(IReadOnlyList<PictureRequest> pictures, GenerationOptions options, CancellationToken cancellation)
    {
        if (!_hasFailed)
        {
            _hasFailed = true;
            throw new InvalidOperationException("secret");
        }

        return _drawer.Draw(pictures, options, cancellation);
    }

    public IEnumerable<GeneratedImage> Interpolate(
        PictureRequest from, PictureRequest to, int frames, GenerationOptions options, CancellationToken cancellation) =>
        throw new InvalidOperationException("secret");
}
