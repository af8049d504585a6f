using AttnGan.Generation;

namespace AttnGan.Server.Generation;

/// <summary>Independent images, which can share batches with other requests.</summary>
internal sealed class QueuedImages(IReadOnlyList<GenerationRequest> images, GenerationOptions options, CancellationToken aborted)
    : QueuedRequest(images.Count, options, aborted)
{
    /// <summary>Returns the next images to generate.</summary>
    public IEnumerable<GenerationRequest> Next(int count) => images.Skip(Count - Remaining).Take(count);

    public override bool CanShareBatchWith(QueuedRequest other) => other is QueuedImages && other.Options == Options;
}
