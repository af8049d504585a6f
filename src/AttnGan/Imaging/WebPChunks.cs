using System.Buffers.Binary;

namespace AttnGan.Imaging;

/// <summary>The chunks of a WebP file, a RIFF container: type (4 bytes), length (4), data, a zero byte if the length is odd.</summary>
internal static class WebPChunks
{
    /// <summary>Flag of the VP8X header: the file has an XMP chunk.</summary>
    public const byte XmpFlag = 0x04;

    /// <summary>Flag of the VP8X header: the file is an animation.</summary>
    public const byte AnimationFlag = 0x02;

    private const int FileHeadLength = 12;
    private const int HeadLength = 8;

    public static bool IsWebP(ReadOnlySpan<byte> file) =>
        file.Length >= FileHeadLength && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8);

    /// <summary>Returns a file of chunks.</summary>
    public static byte[] Compose(ReadOnlySpan<byte> chunks)
    {
        byte[] file = [.. "RIFF\0\0\0\0WEBP"u8, .. chunks];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - HeadLength);
        return file;
    }

    /// <summary>Returns a chunk.</summary>
    public static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] chunk = new byte[HeadLength + data.Length + (data.Length % 2)];
        type.CopyTo(chunk);
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), data.Length);
        data.CopyTo(chunk.AsSpan(HeadLength));
        return chunk;
    }

    /// <summary>Returns the VP8X header, which files with metadata or several frames need.</summary>
    public static byte[] Head(byte flags, int width, int height)
    {
        Span<byte> data = stackalloc byte[10];
        data.Clear();
        data[0] = flags;
        WriteUInt24(data[4..], width - 1);
        WriteUInt24(data[7..], height - 1);
        return Chunk("VP8X"u8, data);
    }

    /// <summary>Writes a 24-bit integer of the container.</summary>
    public static void WriteUInt24(Span<byte> to, int value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(to, (ushort)value);
        to[2] = (byte)(value >> 16);
    }

    /// <summary>Returns the file with an XMP packet at its end. A file of the simple format gets a VP8X header.</summary>
    public static byte[] Embed(ReadOnlySpan<byte> file, ReadOnlySpan<byte> xmp, int width, int height)
    {
        ReadOnlySpan<byte> chunks = file[FileHeadLength..];
        byte[] head = chunks.StartsWith("VP8X"u8) ? [] : Head(0, width, height);
        byte[] extended = Compose([.. head, .. chunks, .. Chunk("XMP "u8, xmp)]);
        extended[FileHeadLength + HeadLength] |= XmpFlag;
        return extended;
    }

    /// <summary>Returns the XMP packet; empty if there is none.</summary>
    /// <exception cref="FormatException">The chunks before it are damaged.</exception>
    public static ReadOnlySpan<byte> FindXmp(ReadOnlySpan<byte> file) => Find(file, "XMP "u8);

    /// <summary>Returns the data of the first chunk of a type; empty if there is none.</summary>
    /// <exception cref="FormatException">The chunks before it are damaged.</exception>
    public static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> file, ReadOnlySpan<byte> type)
    {
        uint fileLength = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]);
        // Other data may follow the container.
        ReadOnlySpan<byte> rest = file[FileHeadLength..(int)Math.Clamp(fileLength + (long)HeadLength, FileHeadLength, file.Length)];
        while (rest.Length >= HeadLength)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            if (length > rest.Length - HeadLength)
            {
                throw new FormatException("the file is truncated");
            }

            if (rest.StartsWith(type))
            {
                return rest.Slice(HeadLength, (int)length);
            }

            // The padding of the last chunk may be missing.
            rest = rest[(int)Math.Min(HeadLength + length + (length % 2), rest.Length)..];
        }

        return fileLength + (long)HeadLength <= file.Length && rest.IsEmpty ? [] : throw new FormatException("the file is truncated");
    }
}
