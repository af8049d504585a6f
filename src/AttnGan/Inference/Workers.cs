namespace AttnGan.Inference;

/// <summary>Shares the parts of one layer's work among a fixed number of threads.</summary>
internal sealed class Workers(int count)
{
    public int Count { get; } = count;

    /// <summary>
    /// Runs all items, each once; a worker takes the next one as soon as it is free. The second argument is the worker's number, from 0:
    /// no two items run with the same number at the same time.
    /// </summary>
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
