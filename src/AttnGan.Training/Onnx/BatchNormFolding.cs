using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AttnGan.Training.Onnx;

/// <summary>
/// In evaluation mode batch normalization is a factor and a shift for each channel: both go into the layer before it, in double precision.
/// </summary>
internal static class BatchNormFolding
{
    /// <param name="weight">Of the layer before, which has no bias: (outputs, ...).</param>
    /// <param name="norm">Batch normalization of its outputs.</param>
    /// <returns>Weight of the same shape and bias (outputs) of a layer that does the work of both.</returns>
    public static (Tensor Weight, Tensor Bias) Fold(Tensor weight, BatchNorm norm)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable gradientsOff = no_grad();
        Tensor deviation = (Double(norm.running_var!) + norm.eps).sqrt();
        Tensor scale = Double(norm.weight!) / deviation; // (outputs)
        Tensor bias = Double(norm.bias!) - Double(norm.running_mean!) * scale;
        Tensor folded = Double(weight) * scale.view([-1, .. Enumerable.Repeat(1L, (int)weight.dim() - 1)]);
        return (folded.MoveToOuterDisposeScope(), bias.MoveToOuterDisposeScope());
    }

    private static Tensor Double(Tensor tensor) => tensor.detach().cpu().to_type(ScalarType.Float64);
}
