using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace AttnGan.Training.Formats.Pickle;

/// <summary>A numpy dtype, limited to the numbers, booleans and texts that occur in data files.</summary>
internal sealed class NumpyType
{
    private const int MaxWidth = 1 << 16;

    private readonly string _code;
    private readonly char _kind;
    private readonly int _number;
    private bool _bigEndian;

    /// <param name="code">Kind and width, such as <c>i8</c>, or <c>U6</c> for texts of six characters; a byte order may precede it.</param>
    public NumpyType(string code)
    {
        _bigEndian = code[0] == '>';
        _code = code[0] is '<' or '>' or '|' or '=' ? code[1..] : code;
        _kind = _code.Length > 0 ? _code[0] : '?';
        _number = _code.Length > 1 && int.TryParse(_code.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            && number <= MaxWidth ? number : 0;
    }

    /// <summary>True for arrays of Python objects.</summary>
    public bool IsObject => _kind == 'O';

    private int Width => _kind == 'U' ? 4 * _number : _number;

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
    /// <returns>A long, double, bool or string.</returns>
    public object Scalar(byte[] bytes) => Width == bytes.Length && Width > 0
        ? Decode(bytes)
        : throw new FormatException($"a numpy scalar of type {_code} has {bytes.Length} bytes");

    /// <summary>Decodes the elements of an array.</summary>
    public object?[] Elements(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return [];
        }

        if (Width == 0 || bytes.Length % Width != 0)
        {
            throw Unsupported();
        }

        object?[] values = new object?[bytes.Length / Width];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Decode(bytes.AsSpan(i * Width, Width));
        }

        return values;
    }

    private object Decode(ReadOnlySpan<byte> bytes)
    {
        if (_kind == 'U')
        {
            return DecodeText(bytes);
        }

        if (_kind == 'S')
        {
            return Encoding.Latin1.GetString(bytes.TrimEnd((byte)0));
        }

        Span<byte> little = stackalloc byte[8];
        little = bytes.Length <= 8 ? little[..bytes.Length] : throw Unsupported();
        bytes.CopyTo(little);
        if (_bigEndian)
        {
            little.Reverse();
        }

        return _code switch
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
            _ => throw Unsupported(),
        };
    }

    private string DecodeText(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        for (int at = 0; at < bytes.Length; at += 4)
        {
            uint point = _bigEndian
                ? BinaryPrimitives.ReadUInt32BigEndian(bytes[at..])
                : BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);
            text.Append(Rune.TryCreate(point, out Rune rune) ? rune.ToString() : throw new FormatException("a numpy text is not Unicode"));
        }

        return text.ToString().TrimEnd('\0');
    }

    private FormatException Unsupported() =>
        new($"a numpy value has type {_code}, which is not supported; save a list of numbers or strings (`list(x)`)");
}
