using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using AttnGan.Models;
using AttnGan.Models.Onnx;

namespace AttnGan.Inference;

/// <summary>The weights of a model package by name, as 32-bit floats.</summary>
internal sealed class ModelWeights
{
    private readonly Dictionary<string, TensorProto> _tensors = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<string, int[]> _shapes;
    private readonly string _name;

    /// <param name="package">The model package.</param>
    /// <param name="name">The name of the model in error messages.</param>
    public ModelWeights(ModelPackage package, string name)
    {
        _name = name;
        _shapes = WeightShapes.Of(package.Architecture, package.Vocabulary.Count);
        foreach (TensorProto tensor in package.Model.Graph.Initializer)
        {
            _tensors[tensor.Name] = tensor;
        }
    }

    /// <summary>Checks that all weights are present and valid, for an engine that reads them elsewhere.</summary>
    /// <exception cref="AttnGanException">A weight is missing, has another shape or type, or is not finite.</exception>
    public void Check()
    {
        foreach ((string name, int[] shape) in _shapes)
        {
            Find(name, shape);
        }
    }

    /// <summary>Returns a weight of the model, row-major.</summary>
    /// <exception cref="AttnGanException">The weight is missing, has another shape or type, or is not finite.</exception>
    public WeightValues Get(string name) => Get(name, _shapes[name]);

    /// <summary>Returns a weight of any name and shape, row-major.</summary>
    /// <exception cref="AttnGanException">The weight is missing, has another shape or type, or is not finite.</exception>
    internal WeightValues Get(string name, params ReadOnlySpan<int> shape)
    {
        TensorProto tensor = Find(name, shape);
        return new WeightValues(tensor.RawData.Memory, isHalf: tensor.DataType == TensorProto.Types.DataType.Float16);
    }

    private TensorProto Find(string name, ReadOnlySpan<int> shape)
    {
        if (!_tensors.TryGetValue(name, out TensorProto? tensor))
        {
            throw Invalid($"it has no weight `{name}`");
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
            throw Invalid(
                $"its weight `{name}` has shape {string.Join(" x ", tensor.Dims)}, expected {string.Join(" x ", shape.ToArray())}");
        }

        int size = tensor.DataType switch
        {
            TensorProto.Types.DataType.Float => sizeof(float),
            TensorProto.Types.DataType.Float16 => sizeof(ushort),
            _ => throw Invalid($"its weight `{name}` has type {tensor.DataType}, expected Float or Float16"),
        };
        ReadOnlySpan<byte> bytes = tensor.RawData.Span;
        if (bytes.Length != length * size)
        {
            throw Invalid($"its weight `{name}` has {bytes.Length} bytes, expected {length * size}");
        }

        bool isFinite = size == sizeof(float)
            ? AreFinite(MemoryMarshal.Cast<byte, uint>(bytes), 0x7F800000u)
            : AreFinite(MemoryMarshal.Cast<byte, ushort>(bytes), (ushort)0x7C00);
        return isFinite ? tensor : throw Invalid($"its weight `{name}` has values that are not finite");
    }

    /// <summary>Returns true if no value has the exponent of infinities and NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool AreFinite<T>(ReadOnlySpan<T> bits, T exponent)
        where T : unmanaged, IBinaryInteger<T>
    {
        Vector256<T> largest = Vector256.Create(exponent), found = Vector256<T>.Zero;
        int i = 0;
        for (; i <= bits.Length - Vector256<T>.Count; i += Vector256<T>.Count)
        {
            found |= Vector256.Equals(Vector256.Create(bits[i..]) & largest, largest);
        }

        bool areFinite = found == Vector256<T>.Zero;
        for (; i < bits.Length; i++)
        {
            areFinite &= (bits[i] & exponent) != exponent;
        }

        return areFinite;
    }

    /// <summary>Converts half precision to single precision.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Widen(ReadOnlySpan<ushort> halves, Span<float> values)
    {
        int i = 0;
        for (; i <= halves.Length - 8; i += 8)
        {
            var bits = Vector256.Create(
                Vector128.WidenLower(Vector128.Create(halves[i..])).AsInt32(),
                Vector128.WidenUpper(Vector128.Create(halves[i..])).AsInt32());

            // The exponent bias differs by 112. Multiplying by 2^112 is correct for subnormals too. All values are finite.
            Vector256<float> magnitude = ((bits & Vector256.Create(0x7FFF)) << 13).AsSingle() * Vector256.Create(5.192296858534828e33f);
            (magnitude.AsInt32() | ((bits & Vector256.Create(0x8000)) << 16)).AsSingle().CopyTo(values[i..]);
        }

        for (; i < halves.Length; i++)
        {
            values[i] = (float)BitConverter.UInt16BitsToHalf(halves[i]);
        }
    }

    private AttnGanException Invalid(string problem) =>
        new($"`{_name}` is not a valid model package: {problem}. Export the model again with `attngan export`.");
}
