using AttnGan.Training.Losses;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Losses;

public sealed class KlLossTests
{
    [Fact]
    public void The_divergence_is_the_closed_form_averaged_over_all_elements()
    {
        using DisposeScope scope = NewDisposeScope();

        // -0.5 * (1 + log s² - m² - s²) is 0.5 for m = 1, s² = 1, and 0.5 * (1 - ln 2) for m = 0, s² = 2.
        double loss = KlLoss.Compute(tensor(new[] { 1.0, 0.0 }), tensor(new[] { 0.0, Math.Log(2) })).ReadScalar();

        Assert.Equal((0.5 + (0.5 * (1 - Math.Log(2)))) / 2, loss, 1e-12);
        Assert.Equal(0, KlLoss.Compute(zeros(3), zeros(3)).ReadScalar(), 1e-12);
    }
}
