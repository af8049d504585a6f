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

    /// <summary>Returns true if the file ends with an end marker; data may follow the one that <see cref="Inspect"/> finds.</summary>
    public static bool EndsWithMarker(ReadOnlySpan<byte> file) => file.EndsWith((ReadOnlySpan<byte>)[0xFF, EndOfImage]);

    /// <summary>
    /// Returns whether the file has an end marker, and whether its scans have all bits of all coefficients, so that no later scan could
    /// change the pixels: those of a progressive file come in several scans, and so may the components of any file. The last scan may be
    /// incomplete.
    /// </summary>
    public static (bool HasEnd, bool HasAllScans) Inspect(ReadOnlySpan<byte> file)
    {
        const int Coefficients = 64;
        const byte Missing = byte.MaxValue;
        Dictionary<byte, byte[]>? lowestBits = null; // by component: of each coefficient the lowest bit so far
        bool isProgressive = false, hasEnd = false;
        for (int at = 2; at + 2 <= file.Length;)
        {
            byte marker = file[at + 1];
            if (file[at] != 0xFF || marker is 0x00 or 0x01 or 0xFF or (>= 0xD0 and <= 0xD7))
            {
                at++; // pixels, or a marker without data
                continue;
            }

            hasEnd = marker == EndOfImage;
            int length = hasEnd || at + 4 > file.Length ? 0 : BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (length < 2 || length > file.Length - at - 2)
            {
                break;
            }

            ReadOnlySpan<byte> data = file.Slice(at + 4, length - 2);
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) && data.Length >= 6 && data.Length >= 6 + (3 * data[5]))
            {
                isProgressive = marker is 0xC2 or 0xCA;
                lowestBits = [];
                for (int i = 0; i < data[5]; i++)
                {
                    lowestBits[data[6 + (3 * i)]] = [.. Enumerable.Repeat(Missing, Coefficients)];
                }
            }
            else if (marker == StartOfScan && data.Length >= 1 && data.Length >= 4 + (2 * data[0]))
            {
                ReadOnlySpan<byte> spectrum = data[(1 + (2 * data[0]))..]; // first and last coefficient, bit positions
                (int first, int last, int bit) = isProgressive ? (spectrum[0], spectrum[1], spectrum[2] & 15) : (0, Coefficients - 1, 0);
                for (int i = 0; i < data[0]; i++)
                {
                    if (lowestBits?.TryGetValue(data[1 + (2 * i)], out byte[]? bits) == true && first <= last && last < Coefficients)
                    {
                        bits.AsSpan(first, last - first + 1).Fill((byte)bit);
                    }
                }
            }

            at += 2 + length;
        }

        return (hasEnd, lowestBits is { Count: > 0 } && lowestBits.Values.All(bits => !bits.AsSpan().ContainsAnyExcept((byte)0)));
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
