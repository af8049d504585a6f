using Parquet.Meta;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// Checks the headers of a column's pages before the library of Parquet reads them: it asks for the memory that they state, which may be
/// any amount in a damaged file of a few kilobytes.
/// </summary>
internal static class ParquetPages
{
    // Statistics make headers longer. Most fit into the first length.
    private const int FirstLength = 1 << 10, MaxLength = 1 << 24;

    // Some writers leave the headers out of the size of a column.
    private const long Tolerance = 1 << 20;

    /// <summary>
    /// Checks that the pages of a column's values lie in the file, and that none is larger or has more values than the column.
    /// </summary>
    /// <returns>The range of bytes of the file that they take.</returns>
    /// <exception cref="FormatException">A header is damaged.</exception>
    public static (long Start, long End) Check(Stream file, ColumnMetaData column)
    {
        // As the library finds the first page.
        long start = new[] { column.DictionaryPageOffset ?? 0, column.DataPageOffset, column.IndexPageOffset ?? 0 }
            .Where(offset => offset != 0).DefaultIfEmpty(-1).Min();
        if (start < 0 || start > file.Length || column.NumValues < 0 || column.NumValues > 8 * file.Length)
        {
            throw Damaged();
        }

        long at = start;
        for (long values = 0; values < column.NumValues;)
        {
            PageHeader page = ReadHeader(file, at);
            at += page.Length;
            if (page.Stored < 0 || page.Stored > file.Length - at || page.Size < 0
                || page.Size - Tolerance > column.TotalUncompressedSize
                || page.Values < 0 || page.Values > (page.IsDictionary ? 8 * page.Size : column.NumValues)
                || page.Levels < 0 || page.Levels > page.Stored
                || (column.Codec == CompressionCodec.SNAPPY && page.Stored > page.Levels
                    && SnappySize(file, at + page.Levels) > page.Size))
            {
                throw Damaged();
            }

            at += page.Stored;
            values += page.IsDictionary ? 0 : page.Values;
        }

        return (start, at);
    }

    private static PageHeader ReadHeader(Stream file, long position)
    {
        for (int length = FirstLength; ; length <<= 7)
        {
            byte[] bytes = new byte[Math.Min(length, file.Length - position)];
            file.Position = position;
            file.ReadExactly(bytes);
            try
            {
                return Parse(bytes);
            }
            catch (FormatException) when (bytes.Length == length && length < MaxLength)
            {
                // It may be longer.
            }
        }
    }

    /// <summary>Returns the size that compressed bytes state at their start, which the library allocates.</summary>
    private static long SnappySize(Stream file, long position)
    {
        file.Position = position;
        long size = 0;
        for (int shift = 0; shift < 35; shift += 7)
        {
            int next = file.ReadByte();
            size |= (long)(next & 0x7F) << shift;
            if (next is >= 0 and < 0x80)
            {
                return size;
            }
        }

        throw Damaged();
    }

    private static PageHeader Parse(ReadOnlySpan<byte> bytes)
    {
        new ThriftReader(bytes).Skip(ParquetMetadata.PageHeader);
        var reader = new ThriftReader(bytes);
        var page = new PageHeader(0, IsDictionary: false, 0, 0, 0, 0);
        int id = 0;
        while (reader.TryReadField(ref id, out int code))
        {
            switch (id)
            {
                case 2:
                    page = page with { Size = reader.ReadInteger() };
                    break;
                case 3:
                    page = page with { Stored = reader.ReadInteger() };
                    break;
                case 5 or 7 or 8: // of a data page, a dictionary, a data page of version 2
                    page = ReadValues(ref reader, page with { IsDictionary = id == 7 });
                    break;
                default:
                    reader.Skip(code);
                    break;
            }
        }

        return page with { Length = reader.Position };
    }

    /// <summary>Reads what the header has for the page's kind.</summary>
    private static PageHeader ReadValues(ref ThriftReader reader, PageHeader page)
    {
        int id = 0;
        while (reader.TryReadField(ref id, out int code))
        {
            switch (id)
            {
                case 1:
                    page = page with { Values = reader.ReadInteger() };
                    break;
                case 5 or 6 when code == ThriftReader.Integer: // only version 2 has lengths here
                    page = page with { Levels = page.Levels + reader.ReadInteger() };
                    break;
                default:
                    reader.Skip(code);
                    break;
            }
        }

        return page;
    }

    private static FormatException Damaged() => new("a page of it is damaged");

    /// <summary>The header of a page.</summary>
    /// <param name="Length">Length of the header.</param>
    /// <param name="IsDictionary">True for the dictionary of a column, which has none of its values.</param>
    /// <param name="Stored">Bytes of the page in the file.</param>
    /// <param name="Size">Bytes of the page, uncompressed.</param>
    /// <param name="Values">Number of values.</param>
    /// <param name="Levels">Bytes of the page before the compressed ones.</param>
    private readonly record struct PageHeader(int Length, bool IsDictionary, long Stored, long Size, long Values, long Levels);
}
