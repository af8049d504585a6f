using AttnGan.Training.Configuration;
using AttnGan.Training.Generator;
using AttnGan.Training.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Generator;

[WithoutCollections]
public sealed class SkipExcitationTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(16)]
    public void Factors_are_those_of_the_equation(int size)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        using var excitation = new SkipExcitation(inputs: 6, channels: 3);
        Tensor map = randn(2, 6, size, size);

        Tensor factors = excitation.forward(map);

        int block = size / 4;
        Tensor pooled = map.reshape(2, 6, 4, block, 4, block).mean([3, 5]).reshape(2, -1);
        Tensor squeezed = pooled.mm(excitation.get_parameter("squeeze.weight")!.view(3, -1).t());
        squeezed = maximum(squeezed, 0.1 * squeezed);
        Tensor expected = squeezed.mm(excitation.get_parameter("excite.weight")!.view(3, 3).t()).sigmoid();
        Assert.True(factors.allclose(expected.view(2, 3, 1, 1), atol: 1e-6));
    }

    [Theory]
    [InlineData(16, 4, new[] { 4, 4, 8 })]
    [InlineData(32, 3, new[] { 4, 8 })]
    [InlineData(64, 3, new[] { 8, 16 })]
    public void Each_refinement_stage_is_gated_by_a_map_of_a_sixteenth_of_its_side(int baseSize, int stages, int[] sizes)
    {
        var config = new GeneratorConfig { BaseSize = baseSize, Stages = stages };

        Assert.Equal(sizes, Enumerable.Range(2, stages - 1).Select(config.ExcitingSize));
    }

    /// <summary>With factors of one half everywhere, hidden contexts and their gray levels before tanh are halved.</summary>
    [Fact]
    public void The_factors_multiply_the_hidden_contexts()
    {
        using DisposeScope scope = NewDisposeScope();
        var config = new GeneratorConfig { BaseSize = 16, Stages = 2, Width = 4, ResidualBlocks = 0, Noise = 3, Condition = 2 };
        manual_seed(1);
        using AttentionalGenerator gated = Initialization.Apply(
            new AttentionalGenerator(config with { SkipExcitation = true }, embedding: 6));
        using var plain = new AttentionalGenerator(config, embedding: 6);
        plain.load_state_dict(
            gated.state_dict().Where(entry => !entry.Key.StartsWith("excitation2", StringComparison.Ordinal)).ToDictionary());
        using (no_grad())
        {
            gated.get_parameter("excitation2.excite.weight")!.zero_();
        }

        plain.eval();
        gated.eval();
        var input = new GeneratorInput(
            new(randn(2, 6, 3), randn(2, 6), zeros(2, 3, dtype: ScalarType.Bool)), randn(2, 3), randn(2, 2));

        GeneratorOutput expected = plain.forward(input);
        GeneratorOutput actual = gated.forward(input);

        Assert.True(actual.Images[0].allclose(expected.Images[0], atol: 1e-6));
        Assert.True(actual.Images[1].atanh().allclose(0.5 * expected.Images[1].atanh(), atol: 1e-5));
        Assert.True(actual.Images[1].abs().max().item<float>() > 0.01);
    }
}
