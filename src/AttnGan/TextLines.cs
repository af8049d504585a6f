using System.Globalization;
using System.Text;

namespace AttnGan;

/// <summary>Reads the lines of text files of users. A file without line ends is refused before it fills the memory.</summary>
internal static class TextLines
{
    /// <summary>The maximum length of a line in characters.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>Reads lines lazily, as <see cref="File.ReadLines(string)"/> does.</summary>
    /// <exception cref="InvalidDataException">A line is longer than <see cref="MaxLength"/>.</exception>
    public static IEnumerable<string> Read(string path, Encoding encoding)
    {
        using var reader = new StreamReader(path, encoding);
        foreach (string line in Read(reader))
        {
            yield return line;
        }
    }

    /// <inheritdoc cref="Read(string, Encoding)"/>
    public static IEnumerable<string> Read(TextReader reader)
    {
        char[] buffer = new char[1 << 14];
        var line = new StringBuilder();
        int number = 1;
        bool afterReturn = false;
        for (int length = reader.Read(buffer); length > 0; length = reader.Read(buffer))
        {
            for (int start = 0; start < length;)
            {
                if (afterReturn && buffer[start] == '\n')
                {
                    start++;
                }

                afterReturn = false;
                int end = buffer.AsSpan(start, length - start).IndexOfAny('\r', '\n');
                int part = end < 0 ? length - start : end;
                line.Append(buffer, start, part);
                if (line.Length > MaxLength)
                {
                    throw new InvalidDataException(string.Create(
                        CultureInfo.InvariantCulture, $"line {number} has more than {MaxLength} characters; expected shorter lines"));
                }

                start += part;
                if (end >= 0)
                {
                    afterReturn = buffer[start++] == '\r';
                    yield return line.ToString();
                    line.Clear();
                    number++;
                }
            }
        }

        if (line.Length > 0)
        {
            yield return line.ToString();
        }
    }
}
