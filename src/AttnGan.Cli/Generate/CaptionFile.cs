using System.Text;

namespace AttnGan.Cli.Generate;

/// <summary>Reads captions, one per line, from a UTF-8 file or from standard input.</summary>
internal static class CaptionFile
{
    /// <summary>The name that stands for standard input.</summary>
    public const string StandardInput = "-";

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Returns the lines that are not blank, at most a number of them.</summary>
    /// <exception cref="AttnGanException">The file cannot be read, is not UTF-8 text, or has a line that is no caption.</exception>
    public static IReadOnlyList<string> Read(string file, int max)
    {
        string name = file == StandardInput ? "standard input" : file;
        try
        {
            using Stream stream = file == StandardInput ? Console.OpenStandardInput() : File.OpenRead(file);
            return Read(stream, name, max);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new AttnGanException($"The captions `{name}` cannot be read: {exception.Message}", exception);
        }
    }

    /// <inheritdoc cref="Read(string, int)"/>
    internal static IReadOnlyList<string> Read(Stream stream, string name, int max)
    {
        // Latin-1 keeps the bytes, so that a message can name the line that is not UTF-8.
        using var reader = new StreamReader(stream, Encoding.Latin1, detectEncodingFromByteOrderMarks: false);
        return
        [
            .. TextLines.Read(reader)
                .Select((line, index) => Decode(Encoding.Latin1.GetBytes(line), $"{name}:{index + 1}"))
                .Where(caption => caption.Length > 0)
                .Take(max),
        ];
    }

    private static string Decode(byte[] line, string place)
    {
        try
        {
            string caption = s_strictUtf8.GetString(line).Trim('\uFEFF').Trim();
            return caption.Contains('\0')
                ? throw new AttnGanException($"{place}: the line has a null character; expected a text file with one caption per line.")
                : caption;
        }
        catch (DecoderFallbackException error)
        {
            throw new AttnGanException($"{place} is not UTF-8 text; save it as UTF-8.", error);
        }
    }
}
