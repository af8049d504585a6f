using AttnGan.Training.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Layers;

public sealed class UpsamplingConvolutionTests
{
    /// <summary>Compares values and gradients of input and weight with the two layers that are fused.</summary>
    [Theory]
    [InlineData(1, 1, 1, 1, 1)]
    [InlineData(2, 3, 5, 4, 7)]
    [InlineData(3, 8, 6, 9, 2)]
    public void Output_and_gradients_equal_upsampling_and_convolution(int batch, int inputs, int outputs, int height, int width)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        using var layer = new UpsamplingConvolution(inputs, outputs);
        layer.to(ScalarType.Float64);
        Tensor x = randn(batch, inputs, height, width, dtype: ScalarType.Float64).requires_grad_();
        Tensor weights = randn(batch, outputs, 2 * height, 2 * width, dtype: ScalarType.Float64);

        Tensor actual = layer.forward(x);
        (actual * weights).sum().backward();
        (Tensor inputGradient, Tensor weightGradient) = (x.grad!.clone(), layer.Weight.grad!.clone());
        x.grad!.zero_();
        layer.Weight.grad!.zero_();
        Tensor expected = nn.functional.conv2d(
            nn.functional.interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Nearest), layer.Weight, padding: [1, 1]);
        (expected * weights).sum().backward();

        Assert.Equal(expected.shape, actual.shape);
        AssertClose(expected, actual);
        AssertClose(x.grad!, inputGradient);
        AssertClose(layer.Weight.grad!, weightGradient);
    }

    [Fact]
    public void The_output_has_the_type_of_the_input()
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(2);
        using var layer = new UpsamplingConvolution(16, 8);
        Tensor x = randn(2, 16, 6, 6);

        Tensor full = layer.forward(x);
        Tensor reduced = layer.forward(x.to(ScalarType.BFloat16));
        reduced.sum().backward();

        Assert.Equal(ScalarType.BFloat16, reduced.dtype);
        Assert.Equal(ScalarType.Float32, layer.Weight.grad!.dtype);
        double error = (reduced.to(ScalarType.Float32) - full).norm().item<float>() / full.norm().item<float>();
        Assert.InRange(error, 1e-6, 0.02);
    }

    private static void AssertClose(Tensor expected, Tensor actual) =>
        Assert.InRange((expected - actual).abs().max().item<double>(), 0, 1e-12);
}
