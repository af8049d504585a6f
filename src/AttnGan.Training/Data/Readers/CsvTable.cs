using System.Text;
using System.Text.Json;

namespace AttnGan.Training.Data.Readers;

/// <summary>Delimited text as RFC 4180 and spreadsheets have it: quoted fields, doubled quotes, line ends within quotes.</summary>
internal static class CsvTable
{
    /// <summary>The message for a record that <see cref="Parse"/> cannot return.</summary>
    public const string OpenQuote =
        "a quotation mark has no end: the rest of the file would be one field. Double quotation marks in fields.";

    private const int MaxFields = 4096;

    /// <summary>Returns the delimiter of a header line: the most frequent of comma, semicolon, tab and bar.</summary>
    public static char FindDelimiter(string header) =>
        new[] { ',', ';', '\t', '|' }.MaxBy(candidate => header.Count(letter => letter == candidate));

    /// <summary>Splits text into records with the numbers of their first lines. Blank lines are left out.</summary>
    /// <param name="text">The file.</param>
    /// <param name="delimiter">The delimiter.</param>
    /// <returns>
    /// Fields of each record; null for a record that the text ends in within quotes, or with far too many fields. It is the last.
    /// </returns>
    public static IEnumerable<(string[]? Fields, int Line)> Parse(string text, char delimiter)
    {
        int at = 0, line = 1;
        var field = new StringBuilder();
        while (at < text.Length)
        {
            int firstLine = line;
            var fields = new List<string>();
            bool ended = false;
            while (!ended)
            {
                field.Clear();
                if (at < text.Length && text[at] == '"')
                {
                    if (!TryReadQuoted(text, ref at, ref line, field))
                    {
                        yield return (null, firstLine);
                        yield break;
                    }
                }

                int start = at;
                while (at < text.Length && text[at] != delimiter && text[at] is not ('\n' or '\r'))
                {
                    at++;
                }

                field.Append(text, start, at - start);
                fields.Add(field.ToString());
                ended = at >= text.Length || text[at] != delimiter;
                at++;
                if (fields.Count > MaxFields)
                {
                    yield return (null, firstLine);
                    yield break;
                }
            }

            if (at <= text.Length && text[at - 1] == '\r' && at < text.Length && text[at] == '\n')
            {
                at++;
            }

            line++;
            if (fields is not [""])
            {
                yield return ([.. fields], firstLine);
            }
        }
    }

    /// <summary>Returns the value of a cell: empty cells are missing, JSON arrays of strings are lists.</summary>
    public static Field ValueOf(string cell)
    {
        string text = cell.Trim();
        if (text.Length == 0)
        {
            return Field.Missing;
        }

        if (text is not ['[', .., ']'])
        {
            return Field.Text(text);
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return Field.Of(document.RootElement) is { Kind: FieldKind.List } list ? list : Field.Text(text);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return Field.Text(text);
        }
    }

    /// <summary>Reads from the opening to behind the closing quote; false if the text ends before it.</summary>
    private static bool TryReadQuoted(string text, ref int at, ref int line, StringBuilder field)
    {
        at++;
        while (at < text.Length)
        {
            char letter = text[at++];
            if (letter == '"')
            {
                if (at < text.Length && text[at] == '"')
                {
                    at++;
                }
                else
                {
                    return true;
                }
            }

            line += letter == '\n' ? 1 : 0;
            field.Append(letter);
        }

        return false;
    }
}
