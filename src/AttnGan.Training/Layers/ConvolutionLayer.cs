using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Layers;

/// <summary>
/// A convolution that computes in the type of what it is given, 32 or 16 bits, from weights that are always kept in 32: the binding has
/// no automatic mixed precision. First weights are those of <c>nn.Conv2d</c>.
/// </summary>
internal sealed class ConvolutionLayer : nn.Module<Tensor, Tensor>
{
    private readonly int _stride;
    private readonly int _padding;
    private readonly Parameter weight;
    private readonly Parameter? bias;

    public ConvolutionLayer(int inputs, int outputs, int kernel, int stride = 1, int padding = 0, bool bias = false)
        : base(nameof(ConvolutionLayer))
    {
        _stride = stride;
        _padding = padding;
        weight = Parameter(empty(outputs, inputs, kernel, kernel));
        init.kaiming_uniform_(weight, Math.Sqrt(5));
        register_parameter(nameof(weight), weight);
        if (bias)
        {
            double bound = 1 / Math.Sqrt(inputs * kernel * kernel);
            this.bias = Parameter(empty(outputs));
            init.uniform_(this.bias, -bound, bound);
            register_parameter(nameof(bias), this.bias);
        }
    }

    /// <summary>(outputs, inputs, kernel, kernel).</summary>
    public Parameter Weight => weight;

    /// <param name="input">(B, inputs, H, W).</param>
    public override Tensor forward(Tensor input) => Convolve(input, weight, bias, _stride, _padding);

    /// <summary>A convolution in the type of its input.</summary>
    public static Tensor Convolve(Tensor input, Tensor weight, Tensor? bias, int stride, int padding)
    {
        using DisposeScope scope = NewDisposeScope();
        return functional
            .conv2d(input, weight.to(input.dtype), bias?.to(input.dtype), [stride, stride], [padding, padding])
            .MoveToOuterDisposeScope();
    }
}
