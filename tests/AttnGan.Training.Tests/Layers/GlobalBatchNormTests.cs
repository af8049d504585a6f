using AttnGan.Training.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Layers;

[WithoutCollections]
public sealed class GlobalBatchNormTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void One_process_computes_what_the_module_of_libtorch_computes(bool training)
    {
        using DisposeScope scope = NewDisposeScope();
        using var own = new GlobalBatchNorm(3);
        using BatchNorm2d theirs = nn.BatchNorm2d(3);
        own.train(training);
        theirs.train(training);
        manual_seed(4);
        Tensor input = randn(5, 3, 4, 4) * 2 + 7;

        Assert.True(own.forward(input).Equals(theirs.forward(input)));
        foreach ((string name, Tensor value) in theirs.state_dict())
        {
            Assert.True(own.state_dict()[name].Equals(value), name);
        }
    }

    [Fact]
    public void Maps_and_vectors_are_accepted_only()
    {
        using DisposeScope scope = NewDisposeScope();
        using var norm = new GlobalBatchNorm(3);

        Assert.Equal([4, 3], norm.forward(randn(4, 3)).shape);
        Assert.Throws<ArgumentException>(() => norm.forward(randn(4, 3, 2)));
    }
}
