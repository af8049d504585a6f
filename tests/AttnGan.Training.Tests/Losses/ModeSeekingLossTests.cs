using AttnGan.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Losses;

public sealed class ModeSeekingLossTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.1, 0.5)] // noise that differs by its expectation asks for 0.2
    [InlineData(0.2, 0)]
    [InlineData(0.5, 0)]
    public void The_loss_falls_with_the_difference_of_images(double difference, double expected)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = zeros(2, 3, 4, 4);
        Tensor noise = zeros(2, 5);

        Tensor loss = ModeSeekingLoss.Compute(images, images - difference, noise, noise + (2 / Math.Sqrt(Math.PI)));

        Assert.Equal(expected, loss.item<float>(), 1e-5);
    }

    [Fact]
    public void Equal_images_get_a_gradient_that_is_finite()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor first = zeros(2, 3, 4, 4).requires_grad_();

        ModeSeekingLoss.Compute(first, first.detach() + 1e-3, zeros(2, 5), ones(2, 5)).backward();

        Assert.All(first.grad!.data<float>().ToArray(), value => Assert.True(value > 0 && float.IsFinite(value), $"{value}"));
    }
}
