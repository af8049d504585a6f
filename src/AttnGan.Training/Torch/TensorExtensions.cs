using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using AttnGan.Training.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Torch;

internal static class TensorExtensions
{
    /// <summary>
    /// The same (B, C, H, W) values with the channels innermost in memory. Convolutions keep this layout and run up to 1.7 times
    /// faster in it on CPUs; every other operation gives the same numbers.
    /// </summary>
    public static Tensor ToChannelsLast(this Tensor tensor) =>
        tensor.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);

    /// <summary>Where the values of a contiguous tensor on the CPU lie.</summary>
    public static unsafe nint Address(this Tensor tensor)
    {
        // The binding's spans end at 2 GiB: one over the first value says as much.
        using Tensor values = tensor.flatten();
        using Tensor first = values.narrow(0, 0, 1);
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    /// <summary>Type of feature maps; null for that of the weights.</summary>
    public static ScalarType? FeatureDType(this Precision precision) => precision == Precision.Bfloat16 ? ScalarType.BFloat16 : null;

    /// <summary>The same values in another type; the tensor's own for null.</summary>
    public static Tensor In(this Tensor tensor, ScalarType? type) => tensor.to(type ?? tensor.dtype);

    /// <summary>The value of a scalar.</summary>
    public static double ReadScalar(this Tensor scalar)
    {
        using DisposeScope scope = NewDisposeScope();
        return scalar.detach().cpu().to_type(ScalarType.Float64).item<double>();
    }
}
