using AttnGan.Training.Configuration;
using AttnGan.Training.Generator;
using AttnGan.Training.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Generator;

public sealed class InitialStageTests
{
    /// <summary>Before, the difference between styles is a tenth of that between conditions.</summary>
    [Fact]
    public void Styles_matter_from_the_start_about_as_much_as_the_condition()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(3);
        var config = new GeneratorConfig { Width = 4, BaseSize = 16, Noise = 8, Condition = 128, Styles = ["ink", "wool", "crayon"] };
        using InitialStage stage = Initialization.Apply(new InitialStage(config));
        (int conditions, int styles) = (20, config.Styles.Count);
        Tensor condition = randn(conditions, config.Condition).repeat_interleave(styles, 0);
        Tensor style = eye(styles).repeat(conditions, 1);

        Tensor hidden = stage.forward(cat([zeros(conditions * styles, config.Noise), style], 1), condition, null)[^1]
            .reshape(conditions, styles, -1);

        double betweenStyles = (hidden - hidden.roll(1, 1)).abs().mean().ToDouble();
        double betweenConditions = (hidden - hidden.roll(1, 0)).abs().mean().ToDouble();
        Assert.InRange(betweenStyles / betweenConditions, 0.5, 2);
    }
}
