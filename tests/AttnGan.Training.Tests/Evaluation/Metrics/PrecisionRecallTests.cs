using AttnGan.Training.Evaluation.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

[WithoutCollections]
public sealed class PrecisionRecallTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    [Fact]
    public void Shares_equal_values_counted_by_hand()
    {
        // With k = 1 the balls of 0, 1, 10, 12 have radii 1, 1, 2, 2; those of 0.5, 11.5, 30 have 11, 11, 18.5.
        Manifold result = PrecisionRecall.Measure(Line(0, 1, 10, 12), Line(0.5f, 11.5f, 30), neighbors: 1);

        Assert.Equal(2.0 / 3, result.Precision, 1e-12); // not 30
        Assert.Equal(1, result.Recall, 1e-12);
        Assert.Equal((2 + 2 + 0) / 3.0, result.Density, 1e-12); // both lie in two balls
        Assert.Equal(1, result.Coverage, 1e-12);
    }

    [Fact]
    public void The_radius_reaches_to_the_kth_neighbor_and_no_further()
    {
        // k = 2: balls of 0, 1, 3, 7 have radii 3, 2, 3, 6.
        Assert.Equal(0.75, PrecisionRecall.Measure(Line(0, 1, 3, 7), Line(-3, -2.9f, 13, 13.1f), neighbors: 2).Precision, 1e-12);
        Assert.Equal(0.5, PrecisionRecall.Measure(Line(0, 1, 3, 7), Line(-3, -2.9f, 13, 13.1f), neighbors: 2).Coverage, 1e-12);
    }

    [Fact]
    public void Equal_sets_score_1()
    {
        random.manual_seed(5).Dispose();
        Tensor features = randn(700, 24) * 30 + 100; // more than a chunk, far from 0

        Manifold result = PrecisionRecall.Measure(features, features, PrecisionRecall.DensityNeighbors);

        Assert.Equal((1, 1, 1), (result.Precision, result.Recall, result.Coverage));
        Assert.InRange(result.Density, 1, 1.3); // the images themselves count
    }

    [Fact]
    public void One_repeated_image_is_precise_but_covers_little()
    {
        random.manual_seed(6).Dispose();
        Tensor real = randn(200, 8);

        Manifold result = PrecisionRecall.Measure(real, real[..1].expand(50, 8), PrecisionRecall.DensityNeighbors);

        Assert.Equal(1, result.Precision);
        Assert.Equal(1.0 / 200, result.Recall, 1e-12);
        Assert.InRange(result.Coverage, 1.0 / 200, 0.1);
    }

    public void Dispose() => _scope.Dispose();

    private static Tensor Line(params float[] positions) => tensor(positions).unsqueeze(1);
}
