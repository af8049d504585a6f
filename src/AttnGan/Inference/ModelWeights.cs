using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AttnGan.Models;
using AttnGan.Models.Onnx;

namespace AttnGan.Inference;

/// <summary>The weights of a model package by name, as 32-bit numbers.</summary>
internal sealed class ModelWeights
{
    private readonly Dictionary<string, TensorProto> _tensors = new(StringComparer.Ordinal);
    private readonly string _name;

    /// <param name="package">Where they are.</param>
    /// <param name="name">What messages call the model.</param>
    public ModelWeights(ModelPackage package, string name)
    {
        _name = name;
        foreach (TensorProto tensor in package.Model.Graph.Initializer)
        {
            _tensors[tensor.Name] = tensor;
        }
    }

    /// <summary>The numbers of a weight, row-major.</summary>
    /// <exception cref="AttnGanException">There is none of this name and these sizes.</exception>
    public float[] Get(string name, params ReadOnlySpan<int> shape)
    {
        if (!_tensors.TryGetValue(name, out TensorProto? tensor))
        {
            throw Improper($"it has no weight `{name}`");
        }

        long length = 1;
        bool isShaped = tensor.Dims.Count == shape.Length;
        for (int i = 0; i < shape.Length; i++)
        {
            length *= shape[i];
            isShaped = isShaped && tensor.Dims[i] == shape[i];
        }

        if (!isShaped)
        {
            throw Improper($"its weight `{name}` is of {string.Join(" x ", tensor.Dims)}, not {string.Join(" x ", shape.ToArray())}");
        }

        int size = tensor.DataType switch
        {
            TensorProto.Types.DataType.Float => sizeof(float),
            TensorProto.Types.DataType.Float16 => sizeof(ushort),
            _ => throw Improper($"its weight `{name}` is of type {tensor.DataType}"),
        };
        if (tensor.RawData.Length != length * size)
        {
            throw Improper($"its weight `{name}` has {tensor.RawData.Length} bytes, not {length * size}");
        }

        float[] values = GC.AllocateUninitializedArray<float>((int)length);
        if (size == sizeof(float))
        {
            MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).CopyTo(values);
        }
        else
        {
            Widen(MemoryMarshal.Cast<byte, ushort>(tensor.RawData.Span), values);
        }

        return values;
    }

    /// <summary>Half precision to single precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Widen(ReadOnlySpan<ushort> halves, Span<float> values)
    {
        int i = 0;
        for (; i <= halves.Length - 8; i += 8)
        {
            var bits = Vector256.Create(
                Vector128.WidenLower(Vector128.Create(halves[i..])).AsInt32(),
                Vector128.WidenUpper(Vector128.Create(halves[i..])).AsInt32());

            // The exponent of a half is 112 less; as a factor that is right for subnormal ones too. All weights are finite.
            Vector256<float> magnitude = ((bits & Vector256.Create(0x7FFF)) << 13).AsSingle() * Vector256.Create(5.192296858534828e33f);
            (magnitude.AsInt32() | ((bits & Vector256.Create(0x8000)) << 16)).AsSingle().CopyTo(values[i..]);
        }

        for (; i < halves.Length; i++)
        {
            values[i] = (float)BitConverter.UInt16BitsToHalf(halves[i]);
        }
    }

    private AttnGanException Improper(string what) =>
        new($"`{_name}` is not a proper model package: {what}. Make a new one with `attngan export`.");
}
