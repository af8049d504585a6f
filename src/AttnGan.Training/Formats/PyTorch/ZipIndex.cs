using System.Buffers.Binary;
using System.Text;

namespace AttnGan.Training.Formats.PyTorch;

/// <summary>
/// Finds the entries of a zip file. PyTorch stores them uncompressed, to map them into memory, so their positions are enough to read
/// them in place. Every position is checked against the file.
/// </summary>
internal static class ZipIndex
{
    private const int EndBytes = 22;
    private const int CentralBytes = 46;
    private const int LocalBytes = 30;
    private const int MaxDirectoryBytes = 64 << 20;

    /// <summary>Reads the table of contents.</summary>
    /// <exception cref="FormatException">The stream is not a valid zip file of uncompressed entries.</exception>
    public static IReadOnlyDictionary<string, ZipEntry> Read(Stream stream)
    {
        (long start, long size) = FindDirectory(stream);
        byte[] directory = new byte[size];
        ReadAt(stream, start, directory);
        var entries = new Dictionary<string, ZipEntry>(StringComparer.Ordinal);
        ReadOnlySpan<byte> rest = directory;
        while (!rest.IsEmpty)
        {
            if (rest.Length < CentralBytes || BinaryPrimitives.ReadUInt32LittleEndian(rest) != 0x02014b50)
            {
                throw new FormatException("its table of contents is damaged");
            }

            int nameBytes = BinaryPrimitives.ReadUInt16LittleEndian(rest[28..]);
            int extraBytes = BinaryPrimitives.ReadUInt16LittleEndian(rest[30..]);
            int commentBytes = BinaryPrimitives.ReadUInt16LittleEndian(rest[32..]);
            int length = CentralBytes + nameBytes + extraBytes + commentBytes;
            if (rest.Length < length)
            {
                throw new FormatException("its table of contents is damaged");
            }

            string name = Encoding.UTF8.GetString(rest.Slice(CentralBytes, nameBytes));
            ZipEntry entry = ParseEntry(stream, name, rest[..CentralBytes], rest.Slice(CentralBytes + nameBytes, extraBytes));
            if (!entries.TryAdd(name, entry))
            {
                throw new FormatException($"its table of contents lists `{name}` twice");
            }

            rest = rest[length..];
        }

        return entries;
    }

    public static void ReadAt(Stream stream, long position, Span<byte> bytes)
    {
        stream.Position = position;
        try
        {
            stream.ReadExactly(bytes);
        }
        catch (EndOfStreamException exception)
        {
            throw new FormatException("it is truncated", exception);
        }
    }

    private static (long Start, long Size) FindDirectory(Stream stream)
    {
        int tailBytes = (int)Math.Min(stream.Length, EndBytes + ushort.MaxValue);
        byte[] tail = new byte[tailBytes];
        ReadAt(stream, stream.Length - tailBytes, tail);
        for (int at = tailBytes - EndBytes; at >= 0; at--)
        {
            ReadOnlySpan<byte> end = tail.AsSpan(at);
            if (BinaryPrimitives.ReadUInt32LittleEndian(end) == 0x06054b50 &&
                BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) == end.Length - EndBytes)
            {
                long position = stream.Length - tailBytes + at;
                ulong size = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
                ulong start = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
                if (size == uint.MaxValue || start == uint.MaxValue)
                {
                    (start, size) = ReadEnd64(stream, position);
                }

                return size <= MaxDirectoryBytes && start <= (ulong)position && size <= (ulong)position - start
                    ? ((long)start, (long)size)
                    : throw new FormatException("its table of contents lies outside it");
            }
        }

        throw new FormatException("its table of contents is missing; it is truncated");
    }

    private static (ulong Start, ulong Size) ReadEnd64(Stream stream, long end)
    {
        Span<byte> locator = stackalloc byte[20];
        Span<byte> record = stackalloc byte[56];
        if (end < locator.Length + record.Length)
        {
            throw new FormatException("its table of contents is missing");
        }

        ReadAt(stream, end - locator.Length, locator);
        ulong position = BinaryPrimitives.ReadUInt64LittleEndian(locator[8..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(locator) != 0x07064b50 || position > (ulong)(end - locator.Length - record.Length))
        {
            throw new FormatException("its table of contents is missing");
        }

        ReadAt(stream, (long)position, record);
        return BinaryPrimitives.ReadUInt32LittleEndian(record) == 0x06064b50
            ? (BinaryPrimitives.ReadUInt64LittleEndian(record[48..]), BinaryPrimitives.ReadUInt64LittleEndian(record[40..]))
            : throw new FormatException("its table of contents is missing");
    }

    private static ZipEntry ParseEntry(Stream stream, string name, ReadOnlySpan<byte> central, ReadOnlySpan<byte> extra)
    {
        uint checksum = BinaryPrimitives.ReadUInt32LittleEndian(central[16..]);
        ulong stored = BinaryPrimitives.ReadUInt32LittleEndian(central[20..]);
        ulong size = BinaryPrimitives.ReadUInt32LittleEndian(central[24..]);
        ulong header = BinaryPrimitives.ReadUInt32LittleEndian(central[42..]);
        ReadOnlySpan<byte> wide = Extra64(extra);
        size = Widen(size, ref wide);
        stored = Widen(stored, ref wide);
        header = Widen(header, ref wide);
        if (BinaryPrimitives.ReadUInt16LittleEndian(central[10..]) != 0)
        {
            throw new FormatException($"entry `{name}` is compressed, which PyTorch files never are");
        }

        if ((central[8] & 1) != 0 || size != stored)
        {
            throw new FormatException($"entry `{name}` is encrypted or its sizes differ");
        }

        Span<byte> local = stackalloc byte[LocalBytes];
        if (header > (ulong)stream.Length || (ulong)stream.Length - header < LocalBytes)
        {
            throw new FormatException($"entry `{name}` lies outside it; it is truncated");
        }

        ReadAt(stream, (long)header, local);
        ulong start = header + LocalBytes + BinaryPrimitives.ReadUInt16LittleEndian(local[26..]) +
            BinaryPrimitives.ReadUInt16LittleEndian(local[28..]);
        bool isHeader = BinaryPrimitives.ReadUInt32LittleEndian(local) == 0x04034b50;
        return isHeader && start <= (ulong)stream.Length && size <= (ulong)stream.Length - start
            ? new ZipEntry((long)start, (long)size, checksum)
            : throw new FormatException($"entry `{name}` ({size} bytes) lies outside it; it is truncated or damaged");
    }

    /// <summary>Returns the extra field with the values that do not fit into 32 bits.</summary>
    private static ReadOnlySpan<byte> Extra64(ReadOnlySpan<byte> extra)
    {
        while (extra.Length >= 4)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]);
            if (extra.Length - 4 < length)
            {
                break;
            }

            if (BinaryPrimitives.ReadUInt16LittleEndian(extra) == 1)
            {
                return extra.Slice(4, length);
            }

            extra = extra[(4 + length)..];
        }

        return [];
    }

    private static ulong Widen(ulong value, ref ReadOnlySpan<byte> wide)
    {
        if (value != uint.MaxValue || wide.Length < 8)
        {
            return value;
        }

        value = BinaryPrimitives.ReadUInt64LittleEndian(wide);
        wide = wide[8..];
        return value;
    }
}
