using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Training.Layers;

/// <summary>
/// A convolution whose weight is divided by its largest singular value, which one step of power iteration per forward pass in training mode
/// estimates (Miyato et al., "Spectral Normalization for Generative Adversarial Networks", 2018).
/// </summary>
internal sealed class SpectralConv2d : nn.Module<Tensor, Tensor>
{
    private const double Epsilon = 1e-12;

    private readonly int _stride;
    private readonly int _padding;
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly Tensor weight_u;

    public SpectralConv2d(int inputs, int outputs, int kernel, int stride, int padding)
        : base(nameof(SpectralConv2d))
    {
        _stride = stride;
        _padding = padding;
        weight = Parameter(randn(outputs, inputs, kernel, kernel));
        bias = Parameter(zeros(outputs));
        weight_u = functional.normalize(randn(outputs), dim: 0);
        RegisterComponents();
    }

    /// <summary>(outputs, inputs, kernel, kernel), before the division.</summary>
    public Parameter Weight => weight;

    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor matrix = weight.flatten(1);
        Tensor v;
        using (no_grad())
        {
            v = functional.normalize(matrix.t().mv(weight_u), dim: 0, eps: Epsilon);
            if (training)
            {
                weight_u.copy_(functional.normalize(matrix.mv(v), dim: 0, eps: Epsilon));
            }
        }

        // A copy of u: the next pass changes the buffer while the graph of this pass still refers to it.
        Tensor sigma = weight_u.clone().dot(matrix.mv(v));
        return ConvolutionLayer.Convolve(input, weight / sigma, bias, _stride, _padding).MoveToOuterDisposeScope();
    }
}
