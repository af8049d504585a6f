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

    /// <summary>Checks that the pages lie in the file, and that none is larger than the column.</summary>
    /// <exception cref="FormatException">A header is damaged.</exception>
    public static void Check(Stream file, ColumnMetaData column)
    {
        long at = column.DictionaryPageOffset is > 0 and long dictionary
            ? Math.Min(dictionary, column.DataPageOffset)
            : column.DataPageOffset;
        if (at < 0 || at > file.Length || column.TotalCompressedSize < 0 || column.TotalCompressedSize > file.Length - at
            || column.NumValues < 0 || column.NumValues > 8 * file.Length)
        {
            throw Damaged();
        }

        for (long end = at + column.TotalCompressedSize; at < end;)
        {
            (int header, long stored, long size) = ReadHeader(file, at);
            at += header;
            if (stored < 0 || stored > file.Length - at || size < 0 || size - Tolerance > column.TotalUncompressedSize)
            {
                throw Damaged();
            }

            at += stored;
        }
    }

    /// <summary>Returns the length of a header, and the sizes of its page: as it is stored, and uncompressed.</summary>
    private static (int Header, long Stored, long Size) ReadHeader(Stream file, long position)
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

    private static (int Header, long Stored, long Size) Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new ThriftReader(bytes);
        long stored = -1, size = -1;
        int id = 0;
        while (reader.TryReadField(ref id, out int type))
        {
            switch (id, type)
            {
                case (2, ThriftReader.Integer):
                    size = reader.ReadInteger();
                    break;
                case (3, ThriftReader.Integer):
                    stored = reader.ReadInteger();
                    break;
                default:
                    reader.Skip(type);
                    break;
            }
        }

        return (reader.Position, stored, size);
    }

    private static FormatException Damaged() => new("a page of it is damaged");
}
