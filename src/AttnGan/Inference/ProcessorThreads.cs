namespace AttnGan.Inference;

/// <summary>The number of threads that compute.</summary>
internal static class ProcessorThreads
{
    /// <summary>
    /// Returns a number of threads, at most one per processor: further threads only take memory and wait for each other.
    /// </summary>
    /// <param name="requested">At least 0; 0 for one per processor.</param>
    public static int Limit(int requested) =>
        requested == 0 ? Environment.ProcessorCount : Math.Min(requested, Environment.ProcessorCount);
}
