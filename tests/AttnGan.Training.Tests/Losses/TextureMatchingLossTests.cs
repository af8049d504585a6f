using AttnGan.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Losses;

public sealed class TextureMatchingLossTests
{
    private static readonly Tensor s_rows = arange(16, dtype: ScalarType.Float32).view(1, 1, 16, 1).expand(1, 3, 16, 16);

    [Fact]
    public void Stripes_in_another_place_have_the_same_contrast_and_a_plain_area_has_not()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor stripes = (s_rows % 4 < 2).to(ScalarType.Float32);
        Tensor moved = stripes.roll(2, 2);
        Tensor plain = full_like(stripes, 0.5);

        Assert.Equal(1, (stripes - moved).abs().mean().item<float>());

        // In windows of four differences, there are as many edges of stripes wherever they begin.
        Assert.Equal(0, TextureMatchingLoss.Compute(moved, stripes).item<float>(), 6);

        // Half of the rows differ from the next one, by 1.
        Assert.Equal(0.5f, TextureMatchingLoss.Compute(plain, stripes).item<float>(), 6);
    }

    [Fact]
    public void Stripes_along_another_axis_differ()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor stripes = (s_rows % 4 < 2).to(ScalarType.Float32);

        Assert.Equal(1, TextureMatchingLoss.Compute(stripes.transpose(2, 3), stripes).item<float>(), 6);
    }

    [Fact]
    public void The_gradient_leads_from_a_plain_area_to_stripes()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor stripes = (s_rows % 4 < 2).to(ScalarType.Float32);
        Tensor fake = (0.5 + stripes * 0.1).detach().requires_grad_(true);
        TextureMatchingLoss.Compute(fake, stripes).backward();

        // A step against the gradient makes light stripes lighter and dark ones darker.
        Tensor steps = -fake.grad!;
        Assert.True((steps * (stripes - 0.5)).sum().item<float>() > 0);
    }
}
