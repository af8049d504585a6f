using AttnGan.Generation;

namespace AttnGan.Server.Generation;

/// <summary>Independent images, which can share batches with other requests.</summary>
/// <param name="images">The images.</param>
/// <param name="options">The options of all images.</param>
/// <param name="onStage">Called by the worker with each stage as soon as it is computed; null for none. It must return at once.</param>
/// <param name="aborted">Canceled when the client disconnects.</param>
internal sealed class QueuedImages(
    IReadOnlyList<GenerationRequest> images, GenerationOptions options, Action<GeneratedStage>? onStage, CancellationToken aborted)
    : QueuedRequest(images.Count, options, aborted)
{
    public bool WantsStages => onStage is not null;

    /// <summary>Returns the next images to generate.</summary>
    public IEnumerable<GenerationRequest> Next(int count) => images.Skip(Count - Remaining).Take(count);

    /// <summary>Passes a stage of the running batch on.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="index">The index of its image within this request's images of the batch.</param>
    public void Report(GeneratedStage stage, int index) => onStage?.Invoke(stage with { Index = Count - Remaining + index });

    public override bool CanShareBatchWith(QueuedRequest other) => other is QueuedImages && other.Options == Options;
}
