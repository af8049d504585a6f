using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AttnGan.Training.Onnx;

/// <summary>
/// Folds batch normalization into the layer before it. In evaluation mode it is a scale and a shift per channel. Computed in double
/// precision.
/// </summary>
internal static class BatchNormFolding
{
    /// <summary>Returns the combined layer.</summary>
    /// <param name="weight">Weight of the layer, which has no bias: (outputs, ...).</param>
    /// <param name="norm">The batch normalization of its outputs.</param>
    /// <returns>Weight of the same shape and bias (outputs) of the combined layer.</returns>
    public static (Tensor Weight, Tensor Bias) Fold(Tensor weight, BatchNorm norm) =>
        Fold(weight, norm.weight!, norm.bias!, norm.running_mean!, norm.running_var!, norm.eps);

    /// <summary>Returns the combined layer of a weight and the parameters (outputs) of the batch normalization.</summary>
    public static (Tensor Weight, Tensor Bias) Fold(
        Tensor weight, Tensor scale, Tensor shift, Tensor mean, Tensor variance, double epsilon)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradientsOff = no_grad();
        Tensor factor = Double(scale) / (Double(variance) + epsilon).sqrt(); // (outputs)
        Tensor bias = Double(shift) - (Double(mean) * factor);
        Tensor folded = Double(weight) * factor.view([-1, .. Enumerable.Repeat(1L, (int)weight.dim() - 1)]);
        return (folded.MoveToOuterDisposeScope(), bias.MoveToOuterDisposeScope());
    }

    private static Tensor Double(Tensor tensor) => tensor.detach().cpu().to_type(ScalarType.Float64);
}
