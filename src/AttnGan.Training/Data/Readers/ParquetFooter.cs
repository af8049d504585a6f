using System.Buffers.Binary;

namespace AttnGan.Training.Data.Readers;

/// <summary>
/// Checks the footer of a Parquet file before the library reads it: a struct of Thrift's compact protocol that ends where the footer does.
/// The library reads on behind the end of a damaged one without ever stopping.
/// </summary>
internal static class ParquetFooter
{
    private const int TailLength = 8;

    /// <exception cref="FormatException">The file has no intact footer.</exception>
    public static void Check(Stream file)
    {
        if (file.Length < TailLength + 4)
        {
            throw new FormatException("it is too short");
        }

        Span<byte> tail = stackalloc byte[TailLength];
        file.Position = file.Length - TailLength;
        file.ReadExactly(tail);
        int length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (!tail[4..].SequenceEqual("PAR1"u8) || length <= 0 || length > file.Length - TailLength - 4)
        {
            throw new FormatException("it has no footer");
        }

        byte[] bytes = new byte[length];
        file.Position = file.Length - TailLength - length;
        file.ReadExactly(bytes);
        file.Position = 0;
        var footer = new ThriftReader(bytes);
        footer.Skip(ParquetMetadata.Footer);
        if (footer.Position != length)
        {
            throw new FormatException("its footer is damaged");
        }
    }
}
