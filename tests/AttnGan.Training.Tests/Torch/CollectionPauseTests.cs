using System.Runtime;
using AttnGan.Training.Torch;

namespace AttnGan.Training.Tests.Torch;

public sealed class CollectionPauseTests
{
    [Fact]
    public void Collections_pause_within_the_allowance_and_resume_afterwards()
    {
        int before;
        using (CollectionPause.Begin())
        {
            before = GC.CollectionCount(0);
            Allocate(CollectionPause.Allowance / 2);
            Assert.Equal(before, GC.CollectionCount(0));
        }

        Assert.NotEqual(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
        Allocate(CollectionPause.Allowance * 4);
        Assert.True(GC.CollectionCount(0) > before);
    }

    [Fact]
    public void A_pause_ends_beyond_the_allowance()
    {
        using (CollectionPause.Begin())
        {
            int before = GC.CollectionCount(0);
            Allocate(CollectionPause.Allowance * 4);
            Assert.True(GC.CollectionCount(0) > before);
        }

        Assert.NotEqual(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
    }

    [Fact]
    public void A_nested_pause_does_nothing()
    {
        using (CollectionPause.Begin())
        {
            CollectionPause.Begin().Dispose();
            Assert.Equal(GCLatencyMode.NoGCRegion, GCSettings.LatencyMode);
        }
    }

    private static void Allocate(long bytes)
    {
        for (long i = 0; i < bytes; i += 10_000)
        {
            GC.KeepAlive(new byte[10_000]);
        }
    }
}
