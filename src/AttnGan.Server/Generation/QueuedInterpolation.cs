using AttnGan.Generation;

namespace AttnGan.Server.Generation;

/// <summary>The frames of an interpolation, which share no batch with other requests.</summary>
internal sealed class QueuedInterpolation(
    GenerationRequest from, GenerationRequest to, int frames, GenerationOptions options, CancellationToken aborted)
    : QueuedRequest(frames, options, aborted)
{
    private IEnumerator<GeneratedImage>? _frames;

    public override bool CanShareBatchWith(QueuedRequest other) => ReferenceEquals(this, other);

    /// <summary>Generates the next frames.</summary>
    public GeneratedImage[] Generate(IBatchGenerator generator, int count)
    {
        _frames ??= generator.Interpolate(from, to, Count, Options, Aborted).GetEnumerator();
        var images = new GeneratedImage[count];
        for (int i = 0; i < count; i++)
        {
            _frames.MoveNext();
            images[i] = _frames.Current;
        }

        return images;
    }

    public override void Cancel()
    {
        _frames?.Dispose();
        base.Cancel();
    }

    public override void Fail(Exception error)
    {
        _frames?.Dispose();
        base.Fail(error);
    }
}
