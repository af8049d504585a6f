namespace AttnGan.Training.Data.Readers;

/// <summary>
/// Reads Thrift's compact protocol, in which Parquet files have their metadata. Unlike the library of Parquet it checks every length
/// against the bytes that there are.
/// </summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    /// <summary>The code of 32-bit integers.</summary>
    public const int Integer = 5;

    /// <summary>The code of structs.</summary>
    public const int Struct = 12;

    private const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> _bytes = bytes;

    /// <summary>The number of bytes that have been read.</summary>
    public int Position { get; private set; }

    /// <summary>Reads the head of a field of a struct; false at the struct's end.</summary>
    /// <param name="id">The number of the field before, 0 at first; the number of this field.</param>
    /// <param name="code">The code of the type of the field's value, which comes next.</param>
    /// <exception cref="FormatException">The bytes end before.</exception>
    public bool TryReadField(ref int id, out int code)
    {
        int head = ReadByte();
        code = head & 15;
        if (head != 0)
        {
            id = head >> 4 == 0 ? (int)ReadInteger() : id + (head >> 4);
        }

        return head != 0;
    }

    /// <summary>Reads a value of an integer type, except of 8 bits.</summary>
    /// <exception cref="FormatException">The bytes end before, or it has more than 64 bits.</exception>
    public long ReadInteger()
    {
        long value = ReadVarint();
        return (long)((ulong)value >> 1) ^ -(value & 1);
    }

    /// <summary>Skips a value with this code.</summary>
    /// <exception cref="FormatException">The bytes end before, or are not of the type.</exception>
    public void Skip(int code) => Skip(code, type: null, 0, inList: false);

    /// <summary>Skips a value whose fields, at all depths, must have the types that are known for them.</summary>
    /// <exception cref="FormatException">The bytes end before, or are not of the type.</exception>
    public void Skip(ThriftType type) => Skip(type.Code, type, 0, inList: false);

    private void Skip(int code, ThriftType? type, int depth, bool inList)
    {
        if (type is not null && !type.Matches(code))
        {
            throw Damaged();
        }

        switch (code)
        {
            case 1 or 2: // booleans have their value in the code, except in lists
                Advance(inList ? 1 : 0);
                break;
            case 3:
                Advance(1);
                break;
            case 4 or Integer or 6:
                ReadVarint();
                break;
            case 7:
                Advance(8);
                break;
            case 8:
                Advance(ReadVarint());
                break;
            case 9 or 10 when depth < MaxDepth:
                SkipList(type, depth + 1);
                break;
            case Struct when depth < MaxDepth:
                SkipStruct(type, depth + 1);
                break;
            default:
                throw Damaged();
        }
    }

    private void SkipList(ThriftType? type, int depth)
    {
        int head = ReadByte();
        long count = head >> 4 == 15 ? ReadVarint() : head >> 4;

        // The library does not skip booleans in a list that it does not know. Those that are known have none.
        if (count > _bytes.Length - Position || (type is not null && (head & 15) is 1 or 2))
        {
            throw Damaged();
        }

        for (long i = 0; i < count; i++)
        {
            Skip(head & 15, type?.Element, depth, inList: true);
        }
    }

    private void SkipStruct(ThriftType? type, int depth)
    {
        int id = 0;
        while (TryReadField(ref id, out int code))
        {
            // The library does not skip the fields of a struct that it does not know, and cuts numbers to 16 bits.
            if (type is not null && (type == ThriftType.Unknown || id is < 0 or > short.MaxValue))
            {
                throw Damaged();
            }

            Skip(code, type?.Field(id), depth, inList: false);
        }
    }

    private int ReadByte()
    {
        Advance(1);
        return _bytes[Position - 1];
    }

    private long ReadVarint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            int next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return (long)value;
            }
        }

        throw Damaged();
    }

    private void Advance(long count) =>
        Position = count >= 0 && count <= _bytes.Length - Position ? Position + (int)count : throw Damaged();

    private static FormatException Damaged() => new("its metadata are damaged");
}
