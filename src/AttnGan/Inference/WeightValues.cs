using System.Runtime.InteropServices;

namespace AttnGan.Inference;

/// <summary>
/// The values of a weight, row-major, as they are stored: in single or half precision. Layers read them in parts, so that a model needs no
/// second copy in single precision.
/// </summary>
internal readonly struct WeightValues
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly float[]? _values;
    private readonly bool _isHalf;

    /// <param name="bytes">The values in the byte order of the machine.</param>
    /// <param name="isHalf">True for half precision, false for single precision.</param>
    public WeightValues(ReadOnlyMemory<byte> bytes, bool isHalf)
    {
        _bytes = bytes;
        _isHalf = isHalf;
        Length = bytes.Length / (isHalf ? sizeof(ushort) : sizeof(float));
    }

    private WeightValues(float[] values)
    {
        _values = values;
        Length = values.Length;
    }

    /// <summary>Number of values.</summary>
    public int Length { get; }

    public static implicit operator WeightValues(float[] values) => new(values);

    /// <summary>Copies the values from a position on in single precision.</summary>
    public void CopyTo(int start, Span<float> target)
    {
        if (_values is not null)
        {
            _values.AsSpan(start, target.Length).CopyTo(target);
        }
        else if (_isHalf)
        {
            ModelWeights.Widen(MemoryMarshal.Cast<byte, ushort>(_bytes.Span).Slice(start, target.Length), target);
        }
        else
        {
            MemoryMarshal.Cast<byte, float>(_bytes.Span).Slice(start, target.Length).CopyTo(target);
        }
    }

    /// <summary>Returns some values in single precision.</summary>
    public float[] ToArray(int start, int length)
    {
        float[] values = GC.AllocateUninitializedArray<float>(length);
        CopyTo(start, values);
        return values;
    }

    public float[] ToArray() => _values ?? ToArray(0, Length);
}
