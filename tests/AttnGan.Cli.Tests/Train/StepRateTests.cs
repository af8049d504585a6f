using AttnGan.Cli.Train;

namespace AttnGan.Cli.Tests.Train;

public sealed class StepRateTests
{
    [Fact]
    public void The_speed_is_unknown_before_the_second_step()
    {
        var rate = new StepRate();
        rate.Add(TimeSpan.FromSeconds(1), step: 500, images: 8);

        Assert.Null(rate.ImagesPerSecond);
        Assert.Null(rate.TimeFor(10));
    }

    [Fact]
    public void The_speed_counts_steps_since_the_start_of_this_process()
    {
        // A resumed run starts far from step 0; earlier steps must not count.
        var rate = new StepRate();
        rate.Add(TimeSpan.FromSeconds(10), 1000, 8);
        rate.Add(TimeSpan.FromSeconds(12), 1001, 8);
        rate.Add(TimeSpan.FromSeconds(14), 1002, 8);

        Assert.Equal(4, rate.ImagesPerSecond!.Value, 6);
        Assert.Equal(TimeSpan.FromSeconds(20), rate.TimeFor(10));
    }

    [Fact]
    public void Steps_outside_the_window_do_not_count()
    {
        var rate = new StepRate();
        rate.Add(TimeSpan.Zero, 1, 8);
        rate.Add(TimeSpan.FromSeconds(1000), 2, 8);
        rate.Add(TimeSpan.FromSeconds(1001), 3, 8);

        Assert.Equal(8, rate.ImagesPerSecond!.Value, 6);
    }
}
