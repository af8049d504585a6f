using AttnGan.Generation;
using AttnGan.Server.Generation;

namespace AttnGan.Server.Tests;

/// <summary>A generator whose first batch fails.</summary>
internal sealed class FailingOnce(TextToImagePipeline pipeline) : IBatchGenerator
{
    private readonly PipelineGenerator _generator = new(pipeline);
    private bool _hasFailed;

    public GeneratedImage[] Generate(
        IReadOnlyList<GenerationRequest> images,
        GenerationOptions options,
        Action<GeneratedStage>? onStage,
        CancellationToken cancellation)
    {
        if (!_hasFailed)
        {
            _hasFailed = true;
            throw new InvalidOperationException("secret");
        }

        return _generator.Generate(images, options, onStage, cancellation);
    }

    public IEnumerable<GeneratedImage> Interpolate(
        GenerationRequest from, GenerationRequest to, int frames, GenerationOptions options, CancellationToken cancellation) =>
        throw new InvalidOperationException("secret");
}
