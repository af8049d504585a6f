using System.Buffers.Binary;
using System.Globalization;

namespace AttnGan.Training.Formats.Pickle;

/// <summary>A numpy dtype, limited to the scalars that occur in data files.</summary>
internal sealed class NumpyType(string code)
{
    private bool _bigEndian;

    /// <summary>Implements numpy's <c>__setstate__</c>: (version, byte order, ...).</summary>
    public void SetState(object? state)
    {
        if (state is not PickleTuple { Count: >= 2 } tuple || tuple[1] is not string order)
        {
            throw new FormatException("a numpy type has an unknown state");
        }

        _bigEndian = order == ">";
    }

    /// <summary>Decodes a scalar.</summary>
    /// <returns>A long, double or bool.</returns>
    public object Scalar(byte[] bytes)
    {
        if (!int.TryParse(code.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int width) || width != bytes.Length)
        {
            throw new FormatException($"a numpy scalar of type {code} has {bytes.Length} bytes");
        }

        byte[] little = _bigEndian ? [.. bytes.Reverse()] : bytes;
        return code switch
        {
            "b1" => little[0] != 0,
            "i1" => (long)(sbyte)little[0],
            "i2" => (long)BinaryPrimitives.ReadInt16LittleEndian(little),
            "i4" => (long)BinaryPrimitives.ReadInt32LittleEndian(little),
            "i8" => BinaryPrimitives.ReadInt64LittleEndian(little),
            "u1" => (long)little[0],
            "u2" => (long)BinaryPrimitives.ReadUInt16LittleEndian(little),
            "u4" => (long)BinaryPrimitives.ReadUInt32LittleEndian(little),
            "u8" => PickleNumbers.Plain(BinaryPrimitives.ReadUInt64LittleEndian(little)),
            "f2" => (double)BinaryPrimitives.ReadHalfLittleEndian(little),
            "f4" => (double)BinaryPrimitives.ReadSingleLittleEndian(little),
            "f8" => BinaryPrimitives.ReadDoubleLittleEndian(little),
            _ => throw new FormatException($"a numpy scalar has type {code}, which is not supported"),
        };
    }
}
