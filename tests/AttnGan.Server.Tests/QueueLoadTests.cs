using AttnGan.Server.Generation;

namespace AttnGan.Server.Tests;

public sealed class QueueLoadTests
{
    [Fact]
    public void The_limit_is_for_waiting_images()
    {
        var load = new QueueLoad(limit: 4);

        Assert.True(load.TryAdd(null, 3));
        Assert.False(load.TryAdd(64, 2));
        Assert.Equal(3, load.Waiting);
        load.Begin(3);
        Assert.True(load.TryAdd(64, 4));
        load.Remove(64, 1);
        Assert.Equal(3, load.Waiting);
    }

    [Fact]
    public void The_estimate_is_the_time_of_the_images_that_wait_or_run_by_their_size()
    {
        var load = new QueueLoad(limit: 100);
        Assert.Equal(TimeSpan.FromSeconds(1), load.Estimate());
        Generate(load, 128, 1, seconds: 2);
        Generate(load, 64, 2, seconds: 1);

        load.TryAdd(64, 8);
        Assert.Equal(TimeSpan.FromSeconds(4), load.Estimate());
        load.TryAdd(128, 3);
        Assert.Equal(TimeSpan.FromSeconds(10), load.Estimate());
        load.Begin(8);
        Assert.Equal(TimeSpan.FromSeconds(10), load.Estimate());
        load.End(64, 8, TimeSpan.FromSeconds(8));
        Assert.Equal(TimeSpan.FromSeconds(6), load.Estimate());

        // Not generated yet: as slow as the slowest.
        load.TryAdd(32, 2);
        Assert.Equal(TimeSpan.FromSeconds(10), load.Estimate());
        load.TryAdd(null, 80);
        Assert.Equal(TimeSpan.FromMinutes(1), load.Estimate());
    }

    private static void Generate(QueueLoad load, int size, int images, double seconds)
    {
        load.TryAdd(size, images);
        load.Begin(images);
        load.End(size, images, TimeSpan.FromSeconds(seconds));
    }
}
