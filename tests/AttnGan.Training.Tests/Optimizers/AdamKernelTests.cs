using AttnGan.Training.Optimizers;
using AttnGan.Training.Torch;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Optimizers;

public sealed class AdamKernelTests
{
    /// <summary>
    /// Sizes that are no multiple of a vector, more than a chunk, a channels-last gradient, and a parameter without a gradient.
    /// </summary>
    [Fact]
    public void The_update_equals_that_of_libtorch()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(6);
        Tensor[] starts = [randn(3), randn(70_001), randn(4, 5, 3, 3), randn(7)];
        Parameter[] own = [.. starts.Select(start => nn.Parameter(start.clone()))];
        Parameter[] theirs = [.. starts.Select(start => nn.Parameter(start.clone()))];
        using Adam kernel = optim.Adam(own, 1e-2, 0.5, 0.99);
        using Adam libtorch = optim.Adam(theirs, 1e-2, 0.5, 0.99);
        for (int step = 0; step < 5; step++)
        {
            for (int i = 0; i < 3; i++)
            {
                Tensor gradient = randn_like(starts[i]);
                if (i == 2)
                {
                    gradient = gradient.ToChannelsLast();
                }

                own[i].grad = gradient.clone();
                theirs[i].grad = gradient.clone();
            }

            AdamKernel.Step(own.Zip(kernel.state_dict().State, (parameter, state) => (parameter, (Adam.State)state)), 1e-2, 0.5, 0.99);
            libtorch.step();
        }

        Assert.All(own.Zip(theirs), pair => Assert.InRange((pair.First - pair.Second).abs().max().item<float>(), 0, 2e-6f));
        Assert.All(
            kernel.state_dict().State.Zip(libtorch.state_dict().State, (a, b) => ((Adam.State)a, (Adam.State)b)),
            pair =>
            {
                Assert.Equal(pair.Item2.step, pair.Item1.step);
                Assert.InRange((pair.Item2.exp_avg - pair.Item1.exp_avg).abs().max().item<float>(), 0, 1e-5f);
                Assert.InRange((pair.Item2.exp_avg_sq - pair.Item1.exp_avg_sq).abs().max().item<float>(), 0, 1e-5f);
            });
        Assert.True(own[3].eq(starts[3]).all().item<bool>());
        Assert.False(own[0].eq(starts[0]).any().item<bool>());
    }

    [Fact]
    public void Other_types_are_not_supported()
    {
        using DisposeScope scope = NewDisposeScope();
        Assert.True(AdamKernel.Supports(zeros(2)));
        Assert.False(AdamKernel.Supports(zeros(2, dtype: ScalarType.Float64)));
    }
}
