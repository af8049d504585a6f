using AttnGan.Imaging;
using AttnGan.Training.Data;

namespace AttnGan.Training.Tests.Data;

public sealed class MemoryGateTests
{
    [Fact]
    public void Concurrent_reservations_stay_within_the_limit_and_all_are_granted()
    {
        var gate = new MemoryGate(100);
        long reserved = 0, max = 0, entered = 0;
        var options = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken };
        Parallel.For(0, 400, options, i =>
        {
            long bytes = 10 + (i % 5 * 20);
            using MemoryGate.Room room = gate.Enter(bytes);
            long now = Interlocked.Add(ref reserved, bytes);
            InterlockedMax(ref max, now);
            Thread.Yield();
            Interlocked.Add(ref reserved, -bytes);
            Interlocked.Increment(ref entered);
        });
        Assert.Equal(400, entered);
        Assert.InRange(max, 90, 100);
    }

    [Fact]
    public async Task A_reservation_above_the_limit_waits_until_it_is_alone()
    {
        var gate = new MemoryGate(100);
        MemoryGate.Room first = gate.Enter(1);
        Task<MemoryGate.Room> large = Task.Run(() => gate.Enter(1000), TestContext.Current.CancellationToken);
        Assert.NotSame(large, await Task.WhenAny(large, Task.Delay(100, TestContext.Current.CancellationToken)));

        first.Dispose();
        (await large).Dispose();
        gate.Enter(100).Dispose();
    }

    [Fact]
    public void Decoding_needs_the_file_twice_and_the_pixels_in_two_layouts() =>
        Assert.Equal((20 * 30 * 7) + 200, MemoryGate.BytesFor(new ImageHeader(ImageFormat.Png, 20, 30), 100));

    private static void InterlockedMax(ref long target, long value)
    {
        long seen = Interlocked.Read(ref target);
        while (value > seen)
        {
            long before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
