using System.Collections.Concurrent;
using AttnGan.Generation;
using AttnGan.Server.Generation;

namespace AttnGan.Server.Tests;

/// <summary>Draws with the model, but each batch only when it is let go; and says which batches there were.</summary>
internal sealed class HeldGenerator : IBatchGenerator, IDisposable
{
    private readonly SemaphoreSlim _gate = new(0);
    private readonly SemaphoreSlim _entered = new(0);
    private PipelineGenerator? _drawer;

    /// <summary>The images of each batch, in order.</summary>
    public ConcurrentQueue<IReadOnlyList<GenerationRequest>> Batches { get; } = [];

    public IBatchGenerator Of(TextToImagePipeline pipeline)
    {
        _drawer = new PipelineGenerator(pipeline);
        return this;
    }

    /// <summary>Waits until the next batch has come.</summary>
    public Task EnteredAsync() => _entered.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>Lets batches go.</summary>
    public void LetGo(int batches = 1) => _gate.Release(batches);

    public void LetAllGo() => _gate.Release(1_000_000);

    public GeneratedImage[] Draw(IReadOnlyList<GenerationRequest> images, GenerationOptions options, CancellationToken cancellation)
    {
        Batches.Enqueue(images);
        _entered.Release();
        _gate.Wait(cancellation);
        return _drawer!.Draw(images, options, cancellation);
    }

    public IEnumerable<GeneratedImage> Interpolate(
        GenerationRequest from, GenerationRequest to, int frames, GenerationOptions options, CancellationToken cancellation)
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
