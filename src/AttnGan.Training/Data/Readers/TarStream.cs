using System.Buffers.Binary;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// A tar file whose extended headers are checked as they are read: the library of tar asks for the memory that one states, up to 2 GiB,
/// before it finds that the file is shorter.
/// </summary>
internal sealed class TarStream(string path) : FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)
{
    private const int BlockLength = 512;

    public override int Read(Span<byte> buffer)
    {
        int read = base.Read(buffer);
        // The library reads each header at once. With its checksum, content is not taken for one.
        if (read == BlockLength && buffer.Length == BlockLength && IsExtended(buffer[156]) && HasChecksum(buffer)
            && NumberOf(buffer.Slice(124, 12)) is var size && size > Length - Position)
        {
            throw new InvalidDataException($"an extended header states {size} bytes, of which the file has {Length - Position}.");
        }

        return read;
    }

    private static bool IsExtended(byte type) => type is (byte)'x' or (byte)'g' or (byte)'L' or (byte)'K';

    private static bool HasChecksum(ReadOnlySpan<byte> header)
    {
        const int Start = 148, End = 156;
        int sum = (End - Start) * ' ';
        for (int i = 0; i < header.Length; i++)
        {
            sum += i is < Start or >= End ? header[i] : 0;
        }

        return sum == NumberOf(header[Start..End]);
    }

    /// <summary>Returns a number: octal digits, or bytes after one whose highest bit is set.</summary>
    private static long NumberOf(ReadOnlySpan<byte> field)
    {
        if ((field[0] & 0x80) != 0)
        {
            return BinaryPrimitives.ReadInt64BigEndian(field[^8..]);
        }

        long value = 0;
        foreach (byte digit in field)
        {
            value = digit is >= (byte)'0' and <= (byte)'7' ? (value * 8) + digit - '0' : value;
        }

        return value;
    }
}
