using AttnGan.Training.Evaluation.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

[WithoutCollections]
public sealed class KernelDistanceTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    [Fact]
    public void The_distance_of_a_subset_equals_a_value_computed_by_hand()
    {
        // The kernel is (x·y / 2 + 1)³. Within x the product is 1, within y 0; between them 0, 2, 2, 2.
        Tensor x = tensor(new float[,] { { 1, 0 }, { 1, 1 } });
        Tensor y = tensor(new float[,] { { 0, 2 }, { 2, 0 } });
        double between = (1 + 8 + 8 + 8) / 4.0;

        Assert.Equal(Math.Pow(1.5, 3) + 1 - (2 * between), KernelDistance.OfSubset(x, y), 1e-12);
    }

    [Fact]
    public void The_same_distribution_has_a_distance_of_0_on_average_and_another_one_a_larger_one()
    {
        random.manual_seed(4).Dispose();
        (Tensor first, Tensor second, Tensor shifted) = (randn(400, 16), randn(300, 16), randn(300, 16) + 0.5);

        (Spread same, int size) = KernelDistance.Between(first, second, seed: 1, subsets: 20, maxSize: 200);
        (Spread other, _) = KernelDistance.Between(first, shifted, seed: 1, subsets: 20, maxSize: 200);

        Assert.Equal(200, size);
        Assert.InRange(same.Mean, -0.01, 0.01);
        Assert.InRange(other.Mean, 0.5, 2);
        Assert.InRange(same.Deviation, 1e-6, 0.02);
        Assert.Equal(same, KernelDistance.Between(first, second, seed: 1, subsets: 20, maxSize: 200).Distance);
        Assert.NotEqual(same, KernelDistance.Between(first, second, seed: 2, subsets: 20, maxSize: 200).Distance);
        Assert.Equal(300, KernelDistance.Between(first, second, seed: 1, subsets: 1).Size);
    }

    public void Dispose() => _scope.Dispose();
}
