using static TorchSharp.torch;

namespace AttnGan.Training.Formats.PyTorch;

/// <summary>A tensor of a file that is not loaded yet: a view within the bounds of a storage.</summary>
internal sealed class PyTorchTensor
{
    private const int MaxDimensions = 64;

    /// <param name="storage">The storage that it is a view of.</param>
    /// <param name="type">Type of the elements.</param>
    /// <param name="offset">Index of the first element in the storage.</param>
    /// <param name="shape">Lengths of the dimensions.</param>
    /// <param name="strides">Stride of each dimension in elements, at least 0.</param>
    /// <exception cref="FormatException">The view does not lie within the storage.</exception>
    public PyTorchTensor(PyTorchStorage storage, StorageType type, long offset, long[] shape, long[] strides)
    {
        if (shape.Length != strides.Length || shape.Length > MaxDimensions
            || shape.Any(length => length < 0) || strides.Any(stride => stride < 0))
        {
            throw new FormatException($"a tensor has an invalid shape ({Text(shape)}) or strides ({Text(strides)})");
        }

        Int128 last = offset;
        Int128 elements = 1;
        for (int i = 0; i < shape.Length; i++)
        {
            // Lengths below 2^63 cannot overflow 128 bits before this check fails.
            last += (Int128)Math.Max(0, shape[i] - 1) * strides[i];
            elements *= shape[i] == 0 ? 1 : shape[i];
            if (elements > long.MaxValue || last > long.MaxValue)
            {
                throw new FormatException($"a tensor has an invalid shape ({Text(shape)})");
            }
        }

        Count = shape.Contains(0) ? 0 : (long)elements;
        long available = (long)((Int128)storage.Count * storage.Type.Bytes / type.Bytes);
        if (offset < 0 || (Count > 0 && last >= available) || offset > available)
        {
            throw new FormatException(
                $"a tensor of shape ({Text(shape)}) extends to element {last}, but its storage `{storage.Key}` has {available} elements");
        }

        Storage = storage;
        Type = type;
        Offset = offset;
        Shape = shape;
        Strides = strides;
        Span = Count == 0 ? 0 : (long)last - offset + 1;
    }

    public PyTorchStorage Storage { get; }

    public StorageType Type { get; }

    public long Offset { get; }

    public long[] Shape { get; }

    public long[] Strides { get; }

    /// <summary>Number of elements.</summary>
    public long Count { get; }

    /// <summary>Number of elements of the storage from the first to the last of the view.</summary>
    public long Span { get; }

    /// <summary>Size of the loaded tensor in bytes.</summary>
    public long Bytes => Count <= long.MaxValue / Type.Bytes ? Count * Type.Bytes : long.MaxValue;

    public ScalarType ScalarType => Type.Scalar;

    /// <summary>True if the elements are adjacent in the storage, in row-major order.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Strides[i] != expected)
                {
                    return Count == 0;
                }

                expected *= Math.Max(1, Shape[i]);
            }

            return true;
        }
    }

    private static string Text(long[] values) => string.Join(", ", values.Take(8));
}
