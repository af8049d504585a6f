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
}
