using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace AttnGan.Imaging;

/// <summary>The chunks of a PNG file: length (4 bytes), type (4), data, CRC-32 of type and data (4).</summary>
internal static class PngChunks
{
    private const int FrameLength = 12;
    private const int HeaderEnd = 8 + FrameLength + 13;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    // Keyword, no compression, no language, no translated keyword.
    private static ReadOnlySpan<byte> XmpPrefix => "XML:com.adobe.xmp\0\0\0\0\0"u8;

    public static bool IsPng(ReadOnlySpan<byte> file) => file.StartsWith(Signature);

    /// <summary>Returns the file with an XMP packet and the text chunks that simple viewers show, all before the pixels.</summary>
    public static byte[] Embed(ReadOnlySpan<byte> file, ImageMetadata metadata)
    {
        metadata = XmpPacket.Fit(metadata);
        using var stream = new MemoryStream(file.Length + XmpPacket.MaxEncodedLength);
        stream.Write(file[..HeaderEnd]);
        WriteText(stream, XmpPrefix, XmpPacket.Encode(metadata));
        if (metadata.Caption is { } caption)
        {
            WriteText(stream, "Description\0\0\0\0\0"u8, Encoding.UTF8.GetBytes(caption));
        }

        if (metadata.Software is { } software)
        {
            WriteText(stream, "Software\0\0\0\0\0"u8, Encoding.UTF8.GetBytes(software));
        }

        stream.Write(file[HeaderEnd..]);
        return stream.ToArray();
    }

    /// <summary>Returns the XMP packet; empty if there is none. A compressed one, which XMP advises against, is ignored.</summary>
    /// <exception cref="FormatException">The chunks before it are damaged.</exception>
    public static ReadOnlySpan<byte> FindXmp(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> rest = file[Signature.Length..];
        while (rest.Length >= FrameLength)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - FrameLength)
            {
                break;
            }

            ReadOnlySpan<byte> typeAndData = rest.Slice(4, 4 + (int)length);
            if (typeAndData.StartsWith("iTXt"u8) && typeAndData[4..].StartsWith(XmpPrefix))
            {
                return Crc32.HashToUInt32(typeAndData) == BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..])
                    ? typeAndData[(4 + XmpPrefix.Length)..]
                    : throw new FormatException("its XMP packet does not match its checksum");
            }

            if (typeAndData.StartsWith("IEND"u8))
            {
                return [];
            }

            rest = rest[(FrameLength + (int)length)..];
        }

        throw new FormatException("the file is truncated");
    }

    /// <summary>Returns the EXIF orientation, 1 to 8; 1 if there is none or it is damaged.</summary>
    public static int FindOrientation(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> rest = file[Signature.Length..];
        while (rest.Length >= FrameLength)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - FrameLength)
            {
                break;
            }

            if (rest.Slice(4, 4).SequenceEqual("eXIf"u8))
            {
                return ExifOrientation(rest.Slice(8, (int)length));
            }

            rest = rest[(FrameLength + (int)length)..];
        }

        return 1;
    }

    /// <summary>Reads tag 0x0112 of the first directory: TIFF's byte order, 42, offset of the directory, entries of 12 bytes.</summary>
    private static int ExifOrientation(ReadOnlySpan<byte> exif)
    {
        bool isBigEndian = exif.StartsWith("MM"u8);
        if (exif.Length < 8 || !(isBigEndian || exif.StartsWith("II"u8)))
        {
            return 1;
        }

        uint directory = isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(exif[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(exif[4..]);
        if (directory > exif.Length - 2)
        {
            return 1;
        }

        int count = Short(exif, (int)directory, isBigEndian);
        for (int at = (int)directory + 2; count > 0 && at + 12 <= exif.Length; at += 12, count--)
        {
            if (Short(exif, at, isBigEndian) == 0x0112)
            {
                int value = Short(exif, at + 8, isBigEndian);
                return value is >= 1 and <= 8 ? value : 1;
            }
        }

        return 1;
    }

    private static int Short(ReadOnlySpan<byte> bytes, int at, bool isBigEndian) => isBigEndian
        ? BinaryPrimitives.ReadUInt16BigEndian(bytes[at..])
        : BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static void WriteText(MemoryStream stream, ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> text)
    {
        byte[] typeAndData = [.. "iTXt"u8, .. prefix, .. text];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, typeAndData.Length - 4);
        stream.Write(number);
        stream.Write(typeAndData);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32.HashToUInt32(typeAndData));
        stream.Write(number);
    }
}
