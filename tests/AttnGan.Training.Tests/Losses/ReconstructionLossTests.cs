using AttnGan.Training.Losses;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Losses;

public sealed class ReconstructionLossTests
{
    [Fact]
    public void The_distance_is_the_mean_absolute_difference_of_all_values()
    {
        using Tensor fake = tensor(new float[] { 1, -1, 0.5f, 0, 0, 0 }, [1, 3, 1, 2]);
        using Tensor real = tensor(new float[] { -1, -1, 0, 0, 0.25f, -0.25f }, [1, 3, 1, 2]);
        using Tensor loss = ReconstructionLoss.Compute(fake, real);

        Assert.Equal(3.0 / 6, loss.item<float>(), 6);
    }

    [Fact]
    public void Pixels_weigh_more_the_farther_they_are_from_the_median_color_of_their_image()
    {
        // Two images of four pixels and one channel that differs: a background of 0, a pixel at 0.5, and in the second one at -2.
        float[] first = [0, 0, 0, 0.5f], second = [-2, 0, 0, 0], others = [0, 0, 0, 0, 0, 0, 0, 0];
        using Tensor real = tensor((float[])[.. first, .. others, .. second, .. others], [2, 3, 2, 2]);
        using Tensor fake = real + 0.1;

        using Tensor loss = ReconstructionLoss.Compute(fake, real, foregroundWeight: 4);

        // Distances of a pixel are the same in all channels, its largest counts, and it counts up to 1: weights 3 and 5, otherwise 1.
        Assert.Equal(0.1 * (3 + 5 + 6) / 8, loss.item<float>(), 6);
    }

    [Fact]
    public void Without_a_weight_of_the_foreground_all_pixels_weigh_the_same()
    {
        using Tensor real = rand(2, 3, 4, 4);
        using Tensor fake = rand(2, 3, 4, 4);
        using Tensor weighed = ReconstructionLoss.Compute(fake, real, foregroundWeight: 0);
        using Tensor plain = (fake - real).abs().mean();

        Assert.Equal(plain.item<float>(), weighed.item<float>());
    }
}
