using System.Collections.Concurrent;
using AttnGan.Inference;

namespace AttnGan.Tests.Inference;

public sealed class WorkersTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 5)]
    [InlineData(3, 1)]
    [InlineData(3, 100)]
    public void Each_item_runs_once(int workers, int items)
    {
        int[] times = new int[items];
        int[] busy = new int[workers];
        var shared = new ConcurrentBag<int>();

        new Workers(workers).Run(items, (item, worker) =>
        {
            if (Interlocked.Increment(ref busy[worker]) != 1)
            {
                shared.Add(worker);
            }

            Interlocked.Increment(ref times[item]);
            Thread.SpinWait(1000);
            Interlocked.Decrement(ref busy[worker]);
        });

        Assert.All(times, count => Assert.Equal(1, count));
        Assert.Empty(shared); // no worker ran two items at a time
    }
}
