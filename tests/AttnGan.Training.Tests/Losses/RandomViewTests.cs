using AttnGan.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Losses;

[WithoutCollections]
public sealed class RandomViewTests
{
    /// <summary>On a ramp, the slope of a view shows the size of the crop, and its middle the position.</summary>
    [Fact]
    public void Views_show_at_least_85_percent_of_the_side_and_half_are_mirrored()
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(5).Dispose();
        Tensor ramp = arange(64).to(float32).view(1, 1, 1, 64).expand(200, 3, 64, 64).contiguous();

        Tensor views = RandomView.Of(ramp);

        Assert.Equal([200, 3, 64, 64], views.shape);
        float[] slopes = [.. Enumerable.Range(0, 200).Select(i => ((views[i, 0, 9, 40] - views[i, 0, 9, 20]) / 20).item<float>())];
        float[] middles = [.. Enumerable.Range(0, 200).Select(i => views[i, 1, 50, 31..33].mean().item<float>())];
        Assert.All(slopes, slope => Assert.InRange(Math.Abs(slope), 0.849, 1.001));
        Assert.InRange(slopes.Count(slope => slope < 0), 80, 120);
        Assert.True(slopes.Max(Math.Abs) - slopes.Min(Math.Abs) > 0.12);
        Assert.All(middles, middle => Assert.InRange(middle, 31.5 - 4.9, 31.5 + 4.9));
        Assert.True(middles.Max() - middles.Min() > 5);
        Assert.InRange(views.min().item<float>(), 0, 0.1f);
        Assert.InRange(views.max().item<float>(), 62.9f, 63);
    }

    [Fact]
    public void Gradients_flow_through()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = randn(2, 3, 16, 16).requires_grad_();

        RandomView.Of(images).square().sum().backward();

        Assert.True(images.grad!.abs().sum().item<float>() > 0);
    }
}
