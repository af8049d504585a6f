using AttnGan.Training.Layers;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Layers;

public sealed class ConvolutionLayerTests
{
    /// <summary>Few pixels with a million weights, which use the matrix product, and other sizes; values and all gradients.</summary>
    [Theory]
    [InlineData(2, 256, 264, 8, 4, 2, true)]
    [InlineData(3, 344, 352, 3, 3, 1, false)]
    [InlineData(1, 256, 257, 7, 4, 1, true)]
    [InlineData(2, 3, 5, 9, 4, 2, true)]
    public void Output_and_gradients_equal_those_of_libtorch(
        int batch, int inputs, int outputs, int side, int kernel, int stride, bool bias)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        using var layer = new ConvolutionLayer(inputs, outputs, kernel, stride, padding: 1, bias);
        layer.to(ScalarType.Float64);
        Tensor? shift = bias ? layer.get_parameter("bias") : null;
        Tensor x = randn(batch, inputs, side, side, dtype: ScalarType.Float64).requires_grad_();

        Tensor actual = layer.forward(x);
        Tensor weights = randn_like(actual);
        Tensor[] gradients = Gradients(actual);
        Tensor expected = nn.functional.conv2d(x, layer.Weight, shift, [stride, stride], [1, 1]);
        Tensor[] expectedGradients = Gradients(expected);

        AssertClose(expected, actual);
        Assert.All(expectedGradients.Zip(gradients), pair => AssertClose(pair.First, pair.Second));

        Tensor[] Gradients(Tensor output) =>
            [.. autograd.grad([(output * weights).sum()], shift is null ? [x, layer.Weight] : [x, layer.Weight, shift])];
    }

    /// <summary>Includes few and odd numbers of output channels, with NaN in the surrounding memory.</summary>
    [Theory]
    [InlineData(64, 1, 4, 4, 4, 0)]
    [InlineData(16, 3, 16, 3, 1, 1)]
    [InlineData(8, 5, 8, 3, 1, 1)]
    [InlineData(8, 17, 8, 4, 2, 1)]
    [InlineData(8, 2, 8, 3, 1, 1)]
    [InlineData(8, 6, 8, 3, 1, 1)]
    [InlineData(3, 32, 16, 4, 2, 1)]
    [InlineData(16, 18, 8, 2, 1, 1)]
    public void Results_in_16_bits_are_close_to_those_in_32_bits(int inputs, int outputs, int side, int kernel, int stride, int padding)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(3);
        using var layer = new ConvolutionLayer(inputs, outputs, kernel, stride, padding, bias: true);
        Tensor bias = layer.get_parameter("bias")!;
        Tensor x = randn(4, inputs, side, side).requires_grad_();
        for (int trial = 0; trial < 5; trial++)
        {
            for (int size = 1000; size <= 20_000; size += 1000)
            {
                full(size, float.NaN).Dispose();
            }

            Tensor[] reduced = Pass(ScalarType.BFloat16);
            Assert.Equal(ScalarType.BFloat16, reduced[0].dtype);
            Assert.All(Pass(ScalarType.Float32).Zip(reduced), pair => Assert.InRange(
                (pair.Second.to(ScalarType.Float32) - pair.First).norm().item<float>() / pair.First.norm().item<float>(), 0, 0.02));
        }

        Tensor[] Pass(ScalarType type)
        {
            Tensor output = layer.forward(x.to(type).ToChannelsLast());
            Tensor loss = output.to(ScalarType.Float32).square().sum();
            return [output.detach(), .. autograd.grad([loss], [x, layer.Weight, bias])];
        }
    }

    private static void AssertClose(Tensor expected, Tensor actual)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected - actual).abs().max().item<double>(), 0, 1e-10);
    }
}
