namespace AttnGan.Inference;

/// <summary>Divides the work of a layer among a fixed number of threads.</summary>
internal sealed class Workers(int count)
{
    /// <summary>Number of threads.</summary>
    public int Count { get; } = count;

    /// <summary>
    /// Runs each item once; a free worker takes the next one.
    /// </summary>
    /// <param name="items">Number of items.</param>
    /// <param name="body">
    /// Runs an item, given its index and the index of the worker, both from 0. A worker runs one item at a time.
    /// </param>
    public void Run(int items, Action<int, int> body)
    {
        int workers = Math.Min(Count, items);
        int next = -1;
        if (workers <= 1)
        {
            Work(0);
        }
        else
        {
            Parallel.For(0, workers, Work);
        }

        void Work(int worker)
        {
            for (int item = Interlocked.Increment(ref next); item < items; item = Interlocked.Increment(ref next))
            {
                body(item, worker);
            }
        }
    }
}
