using System.Text;

namespace AttnGan.Cli.Generate;

/// <summary>Reads captions, one per line, from a UTF-8 file or from standard input.</summary>
internal static class CaptionFile
{
    /// <summary>The name that stands for standard input.</summary>
    public const string StandardInput = "-";

    private const int MaxLineBytes = 16 * 1024;

    private static readonly UTF8Encoding s_strictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Returns the lines that are not blank, at most a number of them.</summary>
    /// <exception cref="AttnGanException">The file cannot be read, is not UTF-8 text, or has a line that is no caption.</exception>
    public static IReadOnlyList<string> Read(string file, int max)
    {
        try
        {
            using Stream stream = file == StandardInput ? Console.OpenStandardInput() : File.OpenRead(file);
            return Read(stream, file == StandardInput ? "standard input" : file, max);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"The captions `{file}` cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Same as <see cref="Read(string)"/>, from a stream.</summary>
    internal static List<string> Read(Stream stream, string name, int max)
    {
        var captions = new List<string>();
        byte[] buffer = new byte[MaxLineBytes + 1];
        int length = 0, line = 1;
        bool isEnd = false;
        while (!isEnd && captions.Count < max)
        {
            int read = stream.ReadAtLeast(buffer.AsSpan(length), buffer.Length - length, throwOnEndOfStream: false);
            isEnd = read < buffer.Length - length;
            length += read;
            int start = 0;
            for (int end = Find(buffer, start, length); end >= 0; end = Find(buffer, start, length))
            {
                Add(captions, buffer.AsSpan(start, end - start), name, line++);
                start = end + (buffer[end] == (byte)'\r' && end + 1 < length && buffer[end + 1] == (byte)'\n' ? 2 : 1);
            }

            buffer.AsSpan(start, length - start).CopyTo(buffer);
            length -= start;
            if (length > MaxLineBytes)
            {
                throw new AttnGanException(
                    $"{name}:{line}: the line has more than {MaxLineBytes / 1024} KiB; expected a text file with one caption per line.");
            }
        }

        Add(captions, buffer.AsSpan(0, length), name, line);
        return captions;
    }

    private static int Find(byte[] buffer, int start, int length)
    {
        int end = buffer.AsSpan(start, length - start).IndexOfAny((byte)'\n', (byte)'\r');

        // A carriage return at the end of the buffer may belong to a line feed that is not read yet.
        return end < 0 || (start + end == length - 1 && buffer[start + end] == (byte)'\r' && length == buffer.Length) ? -1 : start + end;
    }

    private static void Add(List<string> captions, ReadOnlySpan<byte> bytes, string name, int line)
    {
        try
        {
            string caption = s_strictUtf8.GetString(bytes).Trim('\uFEFF').Trim();
            if (caption.Contains('\0'))
            {
                throw new AttnGanException(
                    $"{name}:{line}: the line has a null character; expected a text file with one caption per line.");
            }

            if (caption.Length > 0)
            {
                captions.Add(caption);
            }
        }
        catch (DecoderFallbackException error)
        {
            throw new AttnGanException($"{name}:{line} is not UTF-8 text; save it as UTF-8.", error);
        }
    }
}
