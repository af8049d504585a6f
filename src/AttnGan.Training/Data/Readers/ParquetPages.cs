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
            PageHeader page = ReadHeader(file, at);
            at += page.Length;
            if (page.Stored < 0 || page.Stored > file.Length - at || page.Size < 0
                || page.Size - Tolerance > column.TotalUncompressedSize
                || (column.Codec == CompressionCodec.SNAPPY && page.IsCompressedWhole && SnappySize(file, at) != page.Size))
            {
                throw Damaged();
            }

            at += page.Stored;
        }
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
        var reader = new ThriftReader(bytes);
        long kind = -1, stored = -1, size = -1;
        int id = 0;
        while (reader.TryReadField(ref id, out int type))
        {
            switch (id, type)
            {
                case (1, ThriftReader.Integer):
                    kind = reader.ReadInteger();
                    break;
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

        return new PageHeader(
            reader.Position, stored, size, kind is (long)PageType.DATA_PAGE or (long)PageType.DICTIONARY_PAGE && stored > 0);
    }

    private static FormatException Damaged() => new("a page of it is damaged");

    /// <summary>The header of a page.</summary>
    /// <param name="Length">Length of the header.</param>
    /// <param name="Stored">Bytes of the page in the file.</param>
    /// <param name="Size">Bytes of the page, uncompressed.</param>
    /// <param name="IsCompressedWhole">False where levels come before the compressed values, and for empty pages.</param>
    private readonly record struct PageHeader(int Length, long Stored, long Size, bool IsCompressedWhole);
}
