namespace AttnGan.Training.Data.Readers;

/// <summary>The rows of tables in a dataset's folder. Problems are added to the folder.</summary>
internal static class TableRows
{
    /// <summary>Returns the rows of a CSV file whose first line names the columns; none, and a problem, if it cannot be read.</summary>
    public static IEnumerable<CaptionRow> OfCsv(DatasetFolder folder, string file)
    {
        if (folder.ReadText(file) is not { } text)
        {
            yield break;
        }

        string[]? header = null;
        char delimiter = CsvTable.FindDelimiter(text[..(text.AsSpan().IndexOfAny('\r', '\n') is >= 0 and int end ? end : text.Length)]);
        foreach ((string[]? fields, int line) in CsvTable.Parse(text, delimiter))
        {
            string place = $"{file}:{line}";
            if (fields is null)
            {
                folder.Error(place, CsvTable.OpenQuote);
            }
            else if (header is null)
            {
                header = [.. fields.Select(name => name.Trim())];
            }
            else if (fields.Length > header.Length)
            {
                folder.Error(
                    place, $"the row has {fields.Length} fields for {header.Length} columns; quote fields that contain the delimiter.");
            }
            else
            {
                string[] columns = header;
                yield return new CaptionRow(place, columns, key =>
                {
                    int column = Array.IndexOf(columns, key);
                    return column >= 0 && column < fields.Length ? CsvTable.ValueOf(fields[column]) : Field.Missing;
                });
            }
        }
    }

    /// <summary>Returns the rows of a Parquet file; none, and a problem, if it cannot be read.</summary>
    public static IEnumerable<CaptionRow> OfParquet(DatasetFolder folder, string file, IReadOnlyCollection<string> columns)
    {
        ParquetTable table;
        try
        {
            table = ParquetTable.Open(folder.PathOf(file));
        }
        catch (AttnGanException error)
        {
            folder.Error(file, error.Message);
            yield break;
        }

        using (table)
        {
            long number = 0;
            for (int group = 0; group < table.Groups; group++)
            {
                IReadOnlyList<IReadOnlyDictionary<string, Field>> rows;
                try
                {
                    rows = table.ReadRows(group, columns);
                }
                catch (AttnGanException error)
                {
                    folder.Error(file, error.Message);
                    yield break;
                }

                foreach (IReadOnlyDictionary<string, Field> row in rows)
                {
                    number++;
                    yield return new CaptionRow($"{file}:{number}", table.Columns, key => row.GetValueOrDefault(key, Field.Missing));
                }
            }
        }
    }
}
