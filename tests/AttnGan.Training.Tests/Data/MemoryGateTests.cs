using AttnGan.Imaging;
using AttnGan.Training.Data;

namespace AttnGan.Training.Tests.Data;

public sealed class MemoryGateTests
{
    [Fact]
    public void All_that_is_within_together_keeps_the_limit_and_everybody_gets_in()
    {
        var gate = new MemoryGate(100);
        long within = 0, most = 0, entered = 0;
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = TestContext.Current.CancellationToken }, i =>
        {
            long bytes = 10 + (i % 5 * 20);
            using MemoryGate.Room room = gate.Enter(bytes);
            long now = Interlocked.Add(ref within, bytes);
            InterlockedMax(ref most, now);
            Thread.Yield();
            Interlocked.Add(ref within, -bytes);
            Interlocked.Increment(ref entered);
        });
        Assert.Equal(400, entered);
        Assert.InRange(most, 90, 100);
    }

    [Fact]
    public async Task What_is_larger_than_the_limit_goes_alone()
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
    public void A_image_takes_its_file_twice_and_its_pixels_in_two_layouts() =>
        Assert.Equal((20 * 30 * 7) + 200, MemoryGate.BytesFor(new ImageHeader(ImageFormat.Png, 20, 30), 100));

    private static void InterlockedMax(ref long place, long value)
    {
        long seen = Interlocked.Read(ref place);
        while (value > seen)
        {
            long before = Interlocked.CompareExchange(ref place, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
