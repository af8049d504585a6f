using AttnGan.Imaging;
using AttnGan.Training.Evaluation.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

[WithoutCollections]
public sealed class DiversityTests
{
    [Fact]
    public void Diversity_is_the_mean_over_all_pairs()
    {
        using DisposeScope scope = NewDisposeScope();
        RgbImage black = Shapes.Plain(0, 0, 0), gray = Shapes.Plain(51, 51, 51), white = Shapes.Plain(255, 255, 255);

        Assert.Equal((0.2 + 1.0 + 0.8) / 3, Diversity.OfPixels([black, gray, white]), 1e-12);
        Assert.Equal(0, Diversity.OfPixels([gray, gray]), 1e-12);
        Assert.Equal((1.0 + 1.0 + 2.0) / 3, Diversity.OfFeatures(tensor(new float[,] { { 2, 0 }, { 0, 3 }, { -1, 0 } })), 1e-6);
        Assert.Equal(0, Diversity.OfFeatures(tensor(new float[,] { { 1, 2 }, { 2, 4 } })), 1e-6);
    }
}
