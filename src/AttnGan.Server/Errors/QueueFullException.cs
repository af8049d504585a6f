namespace AttnGan.Server.Errors;

/// <summary>More images wait than may.</summary>
internal sealed class QueueFullException(TimeSpan retryAfter) : Exception("The queue is full.")
{
    /// <summary>When there may be room again, as things look.</summary>
    public TimeSpan RetryAfter { get; } = retryAfter;
}

/// <summary>The server stops and takes or answers nothing more.</summary>
internal sealed class StoppingException() : Exception("The server is stopping.");
