namespace AttnGan.Server.Errors;

/// <summary>Thrown when a request does not fit into the generation queue.</summary>
internal sealed class QueueFullException(TimeSpan retryAfter) : Exception("The generation queue is full.")
{
    /// <summary>The estimated time until the queue has room again.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}
