using System.Buffers.Binary;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// A tar file whose extended headers are checked as they are read: the library of tar asks for the memory that one states, up to 2 GiB,
/// before it finds that the file is shorter.
/// </summary>
internal sealed class TarStream(string path) : FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)
{
    private const int BlockLength = 512;

    /// <summary>The end of the content of the last extended header.</summary>
    private long _contentEnd;

    /// <summary>Reads the content of a member, which must not pass through <see cref="Read"/>: that takes it for headers.</summary>
    /// <exception cref="InvalidDataException">The file ends before.</exception>
    public void ReadContent(Span<byte> content, long offset)
    {
        for (int read = 0; read < content.Length;)
        {
            int count = RandomAccess.Read(SafeFileHandle, content[read..], offset + read);
            read += count > 0 ? count : throw new InvalidDataException("it ends within a member.");
        }
    }

    public override int Read(Span<byte> buffer)
    {
        long start = Position;
        int read = base.Read(buffer);
        // The library reads each header at once, and the content of an extended one after it. It ignores checksums.
        if (start >= _contentEnd && read == BlockLength && buffer.Length == BlockLength && IsExtended(buffer[156]))
        {
            long size = NumberOf(buffer.Slice(124, 12));
            _contentEnd = size >= 0 && size <= Length - Position
                ? Position + size
                : throw new InvalidDataException($"an extended header states {size} bytes, of which the file has {Length - Position}.");
        }

        return read;
    }

    private static bool IsExtended(byte type) => type is (byte)'x' or (byte)'g' or (byte)'L' or (byte)'K';

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
