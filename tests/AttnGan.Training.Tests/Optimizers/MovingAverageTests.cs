using AttnGan.Training.Optimizers;
using AttnGan.Training.Tests.Trainers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Optimizers;

[WithoutCollections]
public sealed class MovingAverageTests
{
    [Fact]
    public void Reset_copies_the_live_network()
    {
        using Sequential live = Network();
        using Sequential average = Network();

        new MovingAverage(live, average, 0.9, averageBuffers: true).Reset();

        Assert.Equal(TinyRun.Bytes(live.state_dict()), TinyRun.Bytes(average.state_dict()));
    }

    [Theory]
    [InlineData(true, 0.9 * 1 + 0.1 * 3)]
    [InlineData(false, 3)]
    public void Weights_are_averaged_and_buffers_as_configured(bool averageBuffers, double expectedStatistics)
    {
        using Sequential live = Network();
        using Sequential average = Network();
        Fill(average, 1);
        Fill(live, 3);

        new MovingAverage(live, average, 0.9, averageBuffers).Update();

        using DisposeScope scope = NewDisposeScope();
        foreach ((string name, Tensor value) in average.state_dict())
        {
            double expected = name switch
            {
                _ when name.EndsWith("num_batches_tracked", StringComparison.Ordinal) => 3,
                _ when name.Contains("running", StringComparison.Ordinal) => expectedStatistics,
                _ => 0.9 * 1 + 0.1 * 3,
            };
            Assert.True(value.to(float64).allclose(full_like(value.to(float64), expected), atol: 1e-6), name);
        }

        Assert.All(live.state_dict().Values, value => Assert.True(value.eq(3).all().item<bool>()));
    }

    private static Sequential Network() => nn.Sequential(nn.Conv2d(2, 3, 1), nn.BatchNorm2d(3));

    private static void Fill(Sequential network, double value)
    {
        using IDisposable noGradient = no_grad();
        foreach (Tensor tensor in network.state_dict().Values)
        {
            tensor.fill_(value);
        }
    }
}
