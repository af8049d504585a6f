using System.Buffers.Binary;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// Checks the footer of a Parquet file before the library reads it: a struct of Thrift's compact protocol that ends where the footer does.
/// The library reads on behind the end of a damaged one without ever stopping.
/// </summary>
internal ref struct ParquetFooter
{
    private const int TailLength = 8;
    private const int MaxDepth = 64;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _at;

    private ParquetFooter(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <exception cref="FormatException">The file has no intact footer.</exception>
    public static void Check(Stream file)
    {
        if (file.Length < TailLength + 4)
        {
            throw new FormatException("it is too short");
        }

        Span<byte> tail = stackalloc byte[TailLength];
        file.Position = file.Length - TailLength;
        file.ReadExactly(tail);
        int length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (!tail[4..].SequenceEqual("PAR1"u8) || length <= 0 || length > file.Length - TailLength - 4)
        {
            throw new FormatException("it has no footer");
        }

        byte[] bytes = new byte[length];
        file.Position = file.Length - TailLength - length;
        file.ReadExactly(bytes);
        file.Position = 0;
        var footer = new ParquetFooter(bytes);
        footer.Skip(12, 0, inList: false);
        if (footer._at != length)
        {
            throw new FormatException("its footer is damaged");
        }
    }

    /// <summary>Skips a value of a type of the compact protocol.</summary>
    private void Skip(int type, int depth, bool inList)
    {
        switch (type)
        {
            case 1 or 2: // booleans have their value in the type, except in lists
                Advance(inList ? 1 : 0);
                break;
            case 3:
                Advance(1);
                break;
            case 4 or 5 or 6:
                ReadVarint();
                break;
            case 7:
                Advance(8);
                break;
            case 8:
                Advance(ReadVarint());
                break;
            case 9 or 10 when depth < MaxDepth:
                int header = ReadByte();
                long count = header >> 4 == 15 ? ReadVarint() : header >> 4;
                if (count > _bytes.Length - _at)
                {
                    throw new FormatException("its footer is damaged");
                }

                for (long i = 0; i < count; i++)
                {
                    Skip(header & 15, depth + 1, inList: true);
                }

                break;
            case 12 when depth < MaxDepth:
                for (int field = ReadByte(); field != 0; field = ReadByte())
                {
                    if (field >> 4 == 0)
                    {
                        ReadVarint(); // its number
                    }

                    Skip(field & 15, depth + 1, inList: false);
                }

                break;
            default:
                throw new FormatException("its footer is damaged");
        }
    }

    private int ReadByte()
    {
        Advance(1);
        return _bytes[_at - 1];
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

        throw new FormatException("its footer is damaged");
    }

    private void Advance(long count) =>
        _at = count >= 0 && count <= _bytes.Length - _at ? _at + (int)count : throw new FormatException("its footer is damaged");
}
