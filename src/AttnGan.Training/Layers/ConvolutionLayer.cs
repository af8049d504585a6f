using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Layers;

/// <summary>
/// A convolution that computes in the element type of its input, 32 or 16 bits, with weights that are always stored in 32 bits: TorchSharp
/// has no automatic mixed precision. It is initialized as <c>nn.Conv2d</c>.
/// </summary>
internal sealed class ConvolutionLayer : nn.Module<Tensor, Tensor>
{
    /// <summary>Up to this number of output pixels in a batch, a convolution with many weights is bound by memory bandwidth.</summary>
    private const int FewPixels = 512;

    private const int ManyWeights = 1 << 20;

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

    /// <summary>Computes a convolution in the element type of its input.</summary>
    public static Tensor Convolve(Tensor input, Tensor weight, Tensor? bias, int stride, int padding)
    {
        using DisposeScope scope = NewDisposeScope();
        if (HasWrongGradient(input, weight))
        {
            return Convolve(input.to(weight.dtype), weight, bias, stride, padding).to(input.dtype).MoveToOuterDisposeScope();
        }

        Tensor weights = weight.to(input.dtype);
        Tensor? shift = bias?.to(input.dtype);
        return (IsBoundByWeights(input, weight, stride, padding)
            ? Multiply(input, weights, shift, stride, padding)
            : functional.conv2d(input, weights, shift, [stride, stride], [padding, padding])).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// On CPUs libtorch multiplies 16-bit numbers in pairs. With an odd number of output channels, the gradient of the input then includes
    /// memory behind the last channel: wrong numbers or NaN.
    /// </summary>
    private static bool HasWrongGradient(Tensor input, Tensor weight) =>
        input.device_type == DeviceType.CPU && input.dtype != weight.dtype && weight.shape[0] % 2 == 1;

    /// <summary>On GPUs libtorch's convolutions are fast for these sizes as well.</summary>
    private static bool IsBoundByWeights(Tensor input, Tensor weight, int stride, int padding)
    {
        long Side(int dimension) => ((input.shape[dimension] + (2 * padding) - weight.shape[dimension]) / stride) + 1;
        return input.device_type == DeviceType.CPU && weight.numel() >= ManyWeights && input.shape[0] * Side(2) * Side(3) <= FewPixels;
    }

    /// <summary>
    /// Computes the convolution as one matrix product, which reads the weights in place. libtorch's convolution reorders them in each pass;
    /// for the last layers of large discriminators this is two to three times faster.
    /// </summary>
    private static Tensor Multiply(Tensor input, Tensor weight, Tensor? bias, int stride, int padding)
    {
        (long batch, long outputs, long kernel) = (input.shape[0], weight.shape[0], weight.shape[2]);
        Tensor padded = functional.pad(input.permute(0, 2, 3, 1), [0, 0, padding, padding, padding, padding]);
        Tensor patches = padded.unfold(1, kernel, stride).unfold(2, kernel, stride); // (B, H, W, I, kernel, kernel)
        (long height, long width) = (patches.shape[1], patches.shape[2]);
        Tensor pixels = functional.linear(patches.reshape(batch * height * width, -1), weight.flatten(1), bias); // (B H W, O)
        return pixels.view(batch, height, width, outputs).permute(0, 3, 1, 2);
    }
}
