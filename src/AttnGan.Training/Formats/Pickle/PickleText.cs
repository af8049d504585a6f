using System.Globalization;
using System.Text;

namespace AttnGan.Training.Formats.Pickle;

/// <summary>Decodes strings.</summary>
internal static class PickleText
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <exception cref="FormatException">The bytes are not valid UTF-8.</exception>
    public static string Utf8(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException exception)
        {
            throw new FormatException("a string is not valid UTF-8", exception);
        }
    }

    /// <summary>Decodes a Python 2 <c>str</c>, whose encoding is unspecified: UTF-8 if it is valid, otherwise Latin-1.</summary>
    public static string Guess(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    /// <summary>Reverses Python 2's <c>repr</c> of a <c>str</c>: quotes and escapes.</summary>
    public static byte[] Unquote(ReadOnlySpan<byte> line)
    {
        if (line.Length < 2 || line[0] is not ((byte)'\'' or (byte)'"') || line[^1] != line[0])
        {
            throw new FormatException("a string is not quoted");
        }

        ReadOnlySpan<byte> inner = line[1..^1];
        byte[] bytes = new byte[inner.Length];
        int length = 0;
        for (int index = 0; index < inner.Length; index++)
        {
            bytes[length++] = inner[index] == (byte)'\\' ? Escape(inner, ref index) : inner[index];
        }

        return bytes[..length];
    }

    /// <summary>Decodes Python's raw-unicode-escape: Latin-1 with <c>\uXXXX</c> and <c>\UXXXXXXXX</c>.</summary>
    public static string RawUnicodeEscape(ReadOnlySpan<byte> line)
    {
        var text = new StringBuilder(line.Length);
        bool escaped = false;
        for (int index = 0; index < line.Length; index++)
        {
            if (escaped && line[index] is ((byte)'u' or (byte)'U'))
            {
                int digits = line[index] == (byte)'u' ? 4 : 8;
                text.Length--;
                AppendCodePoint(text, Hexadecimal(line, index + 1, digits));
                index += digits;
                escaped = false;
                continue;
            }

            escaped = line[index] == (byte)'\\' && !escaped;
            text.Append((char)line[index]);
        }

        return text.ToString();
    }

    private static void AppendCodePoint(StringBuilder text, uint value)
    {
        // Surrogates are allowed one by one: Python 2 wrote characters beyond the basic plane as two escapes.
        if (value <= char.MaxValue)
        {
            text.Append((char)value);
        }
        else if (Rune.IsValid(value))
        {
            text.Append(new Rune(value).ToString());
        }
        else
        {
            throw new FormatException("a string has an escape beyond Unicode");
        }
    }

    private static byte Escape(ReadOnlySpan<byte> text, ref int index)
    {
        // The quotes have been removed, so a final backslash had escaped the closing one.
        byte kind = ++index < text.Length ? text[index] : throw new FormatException("a string is not quoted");
        switch (kind)
        {
            case (byte)'\\' or (byte)'\'' or (byte)'"':
                return kind;
            case (byte)'n':
                return (byte)'\n';
            case (byte)'r':
                return (byte)'\r';
            case (byte)'t':
                return (byte)'\t';
            case (byte)'a':
                return 0x07;
            case (byte)'b':
                return 0x08;
            case (byte)'v':
                return 0x0b;
            case (byte)'f':
                return 0x0c;
            case (byte)'x':
                byte value = (byte)Hexadecimal(text, index + 1, 2);
                index += 2;
                return value;
            case >= (byte)'0' and <= (byte)'7':
                return Octal(text, ref index);
            default:
                throw new FormatException("a string has an unknown escape");
        }
    }

    private static byte Octal(ReadOnlySpan<byte> text, ref int index)
    {
        int value = text[index] - '0';
        for (int digits = 1; digits < 3 && index + 1 < text.Length && text[index + 1] is >= (byte)'0' and <= (byte)'7'; digits++)
        {
            value = (value * 8) + text[++index] - '0';
        }

        return (byte)value;
    }

    private static uint Hexadecimal(ReadOnlySpan<byte> text, int start, int digits) =>
        start + digits <= text.Length &&
        uint.TryParse(text.Slice(start, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint value)
            ? value
            : throw new FormatException("a string has a malformed escape");
}
