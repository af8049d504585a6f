using System.Collections.Concurrent;
using AttnGan.Generation;
using AttnGan.Server.Generation;

namespace AttnGan.Server.Tests;

/// <summary>Draws with the model, but each batch only when it is let go; and says which batches there were.</summary>
internal sealed class HeldDrawer : IBatchDrawer, IDisposable
{
    private readonly SemaphoreSlim _gate = new(0);
    private readonly SemaphoreSlim _entered = new(0);
    private PipelineDrawer? _drawer;

    /// <summary>The pictures of each batch, in order.</summary>
    public ConcurrentQueue<IReadOnlyList<PictureRequest>> Batches { get; } = [];

    public IBatchDrawer Of(TextToImagePipeline pipeline)
    {
        _drawer = new PipelineDrawer(pipeline);
        return this;
    }

    /// <summary>Waits until the next batch has come.</summary>
    public Task EnteredAsync() => _entered.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>Lets batches go.</summary>
    public void LetGo(int batches = 1) => _gate.Release(batches);

    public void LetAllGo() => _gate.Release(1_000_000);

    public GeneratedImage[] Draw(IReadOnlyList<PictureRequest> pictures, GenerationOptions options, CancellationToken cancellation)
    {
        Batches.Enqueue(pictures);
        _entered.Release();
        _gate.Wait(cancellation);
        return _drawer!.Draw(pictures, options, cancellation);
    }

    public IEnumerable<GeneratedImage> Interpolate(
        PictureRequest from, PictureRequest to, int frames, GenerationOptions options, CancellationToken cancellation)
    {
        foreach (GeneratedImage frame in _drawer!.Interpolate(from, to, frames, options, cancellation))
        {
            Batches.Enqueue([from]);
            _entered.Release();
            _gate.Wait(cancellation);
            yield return frame;
        }
    }

    public void Dispose()
    {
        _gate.Dispose();
        _entered.Dispose();
    }
}
