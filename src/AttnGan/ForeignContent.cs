using System.Globalization;
using System.Text;

namespace AttnGan;

/// <summary>Recognizes what a file contains in place of the expected content, for messages that say what to do.</summary>
internal static class ForeignContent
{
    private const int HeadLength = 1024;

    /// <summary>Returns what the bytes are, and what to do, as the end of "it is …"; null if they are not recognized.</summary>
    public static string? Describe(ReadOnlySpan<byte> bytes) => DescribePlaceholder(bytes) ?? DescribeImage(bytes);

    /// <summary>Same as <see cref="Describe"/>, for what downloads leave in place of any file: Git LFS pointers and web pages.</summary>
    public static string? DescribePlaceholder(ReadOnlySpan<byte> bytes)
    {
        // A byte order mark and white space may come first.
        string head = Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, HeadLength)])
            .TrimStart('\u00EF', '\u00BB', '\u00BF', ' ', '\t', '\r', '\n');
        if (head.StartsWith("version https://git-lfs.github.com/spec/", StringComparison.Ordinal))
        {
            return $"a Git LFS pointer{SizeOf(head)}, not the file: fetch it with `git lfs pull`.";
        }

        return head.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
            || head.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
            || (head.StartsWith("<?xml", StringComparison.Ordinal) && head.Contains("<html", StringComparison.OrdinalIgnoreCase))
            ? "a web page, not the file: download it again in a browser."
            : null;
    }

    private static string SizeOf(string pointer)
    {
        const string Key = "\nsize ";
        int at = pointer.IndexOf(Key, StringComparison.Ordinal);
        if (at < 0)
        {
            return "";
        }

        string digits = new([.. pointer[(at + Key.Length)..].TakeWhile(char.IsAsciiDigit)]);
        return long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long size) ? $" to a file of {Size(size)}" : "";
    }

    private static string Size(long bytes) => bytes >= 1 << 20
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1 << 20):0} MB")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, bytes / 1024d):0} kB");

    private static string? DescribeImage(ReadOnlySpan<byte> bytes)
    {
        string? format =
            bytes.StartsWith("II*\0"u8) || bytes.StartsWith("MM\0*"u8) ? "a TIFF image"
            : bytes.Length >= 12 && bytes[4..].StartsWith("ftyp"u8) ? Brand(bytes.Slice(8, 4))
            : bytes.StartsWith("8BPS"u8) ? "a Photoshop image"
            : bytes.StartsWith("%PDF"u8) ? "a PDF document"
            : bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || bytes.StartsWith("\0\0\0\u000CJXL "u8) ? "a JPEG XL image"
            : bytes.StartsWith("\0\0\0\u000CjP  "u8) ? "a JPEG 2000 image"
            : bytes.StartsWith("<svg"u8) ? "an SVG drawing"
            : null;
        return format is null ? null : $"{format}, which is not read; convert it to PNG or JPEG.";
    }

    private static string Brand(ReadOnlySpan<byte> brand) =>
        brand.SequenceEqual("avif"u8) || brand.SequenceEqual("avis"u8) ? "an AVIF image"
        : brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8) || brand.StartsWith("mif"u8) ? "a HEIC image"
        : "a video or HEIF image";
}
