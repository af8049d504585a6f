using AttnGan.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Losses;

public sealed class ResNetMatchingLossTests
{
    [Fact]
    public void Nearer_images_have_smaller_distances_and_only_the_generated_ones_get_gradients()
    {
        using var loss = new ResNetMatchingLoss(CPU);
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(4);
        Tensor real = (rand(2, 3, 16, 16) * 2 - 1).requires_grad_();
        Tensor other = rand(2, 3, 16, 16) * 2 - 1;
        Tensor near = (real.detach() * 0.9 + other * 0.1).requires_grad_();

        Tensor distance = loss.Compute(near, real);
        distance.backward();

        Assert.Equal(0, loss.Compute(real, real).item<float>(), 1e-6);
        Assert.InRange(distance.item<float>(), 1e-3, 0.9 * loss.Compute(other, real).item<float>());
        Assert.True(near.grad!.abs().sum().item<float>() > 0);
        Assert.Null(real.grad);
    }
}
