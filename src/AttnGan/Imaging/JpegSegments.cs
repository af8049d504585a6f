using System.Buffers.Binary;

namespace AttnGan.Imaging;

/// <summary>The header segments of a JPEG file: marker (2 bytes), length without the marker (2), data.</summary>
internal static class JpegSegments
{
    /// <summary>The maximum length of an XMP packet in bytes: what fits into one segment.</summary>
    public const int MaxXmpLength = ushort.MaxValue - 2 - XmpPrefixLength;

    private const int XmpPrefixLength = 29;
    private const byte App0 = 0xE0;
    private const byte App1 = 0xE1;
    private const byte StartOfScan = 0xDA;
    private const byte EndOfImage = 0xD9;

    private static ReadOnlySpan<byte> XmpPrefix => "http://ns.adobe.com/xap/1.0/\0"u8;

    public static bool IsJpeg(ReadOnlySpan<byte> file) => file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]);

    /// <summary>Returns true for a sequential file: no later scan could refine the pixels.</summary>
    public static bool IsBaseline(ReadOnlySpan<byte> file)
    {
        int at = 2;
        while (at + 4 <= file.Length && file[at] == 0xFF)
        {
            byte marker = file[at + 1];
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return marker is 0xC0 or 0xC1;
            }

            at += marker == 0xFF ? 1 : 2 + BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
        }

        return false;
    }

    /// <summary>Returns the file with an XMP packet of at most <see cref="MaxXmpLength"/> bytes.</summary>
    public static byte[] Embed(ReadOnlySpan<byte> file, ReadOnlySpan<byte> xmp)
    {
        // The JFIF segment must stay first.
        int start = file[3] == App0 ? 4 + BinaryPrimitives.ReadUInt16BigEndian(file[4..]) : 2;
        int length = 2 + XmpPrefixLength + xmp.Length;
        return [.. file[..start], 0xFF, App1, (byte)(length >> 8), (byte)length, .. XmpPrefix, .. xmp, .. file[start..]];
    }

    /// <summary>Returns the XMP packet; empty if there is none before the pixels.</summary>
    /// <exception cref="FormatException">The segments before it are damaged.</exception>
    public static ReadOnlySpan<byte> FindXmp(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> rest = file[2..];
        while (rest.Length >= 2)
        {
            if (rest[0] != 0xFF)
            {
                throw new FormatException("its segments are damaged");
            }

            byte marker = rest[1];
            if (marker is StartOfScan or EndOfImage)
            {
                return [];
            }

            // Fill bytes FF may precede a marker; 01 and D0 to D7 are markers without data.
            if (marker is 0xFF or 0x01 or (>= 0xD0 and <= 0xD7))
            {
                rest = rest[(marker == 0xFF ? 1 : 2)..];
                continue;
            }

            int length = rest.Length < 4 ? int.MaxValue : BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (length > rest.Length - 2)
            {
                break;
            }

            if (length < 2)
            {
                throw new FormatException("its segments are damaged");
            }

            ReadOnlySpan<byte> data = rest.Slice(4, length - 2);
            if (marker == App1 && data.StartsWith(XmpPrefix))
            {
                return data[XmpPrefixLength..];
            }

            rest = rest[(2 + length)..];
        }

        throw new FormatException("the file is truncated");
    }
}
