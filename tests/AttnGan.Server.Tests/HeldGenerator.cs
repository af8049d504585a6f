using System.Collections.Concurrent;
using AttnGan.Generation;
using AttnGan.Server.Generation;

namespace AttnGan.Server.Tests;

/// <summary>Generates with the model, holds each batch until it is released, and records all batches.</summary>
internal sealed class HeldGenerator : IBatchGenerator, IDisposable
{
    private readonly SemaphoreSlim _gate = new(0);
    private readonly SemaphoreSlim _started = new(0);
    private PipelineGenerator? _generator;

    /// <summary>The requests of each batch, in order.</summary>
    public ConcurrentQueue<IReadOnlyList<GenerationRequest>> Batches { get; } = [];

    public IBatchGenerator Create(TextToImagePipeline pipeline)
    {
        _generator = new PipelineGenerator(pipeline);
        return this;
    }

    /// <summary>Waits until the next batch starts.</summary>
    public Task StartedAsync() => _started.WaitAsync(TestContext.Current.CancellationToken);

    /// <summary>Releases batches.</summary>
    public void Release(int batches = 1) => _gate.Release(batches);

    public void ReleaseAll() => _gate.Release(1_000_000);

    public GeneratedImage[] Generate(
        IReadOnlyList<GenerationRequest> images,
        GenerationOptions options,
        Action<GeneratedStage>? onStage,
        CancellationToken cancellation)
    {
        Batches.Enqueue(images);
        _started.Release();
        _gate.Wait(cancellation);
        return _generator!.Generate(images, options, onStage, cancellation);
    }

    public IEnumerable<GeneratedImage> Interpolate(
        GenerationRequest from, GenerationRequest to, int frames, GenerationOptions options, CancellationToken cancellation)
    {
        foreach (GeneratedImage frame in _generator!.Interpolate(from, to, frames, options, cancellation))
        {
            Batches.Enqueue([from]);
            _started.Release();
            _gate.Wait(cancellation);
            yield return frame;
        }
    }

    public void Dispose()
    {
        _gate.Dispose();
        _started.Dispose();
    }
}
