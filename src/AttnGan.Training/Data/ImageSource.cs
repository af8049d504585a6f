using AttnGan.Imaging;

namespace AttnGan.Training.Data;

/// <summary>The bytes of an image: a file, a part of an archive, or a cell of a table.</summary>
internal abstract record ImageSource
{
    /// <summary>Position for reading many images in the order in which they are stored.</summary>
    public abstract (string File, long Position) Order { get; }

    /// <summary>Returns the number of bytes.</summary>
    /// <exception cref="AttnGanException">The source cannot be read; the message uses the name of the image.</exception>
    public abstract long Length(string name);

    /// <summary>Reads the bytes, or at most the first <paramref name="maxBytes"/>.</summary>
    /// <exception cref="AttnGanException">The source cannot be read; the message uses the name of the image.</exception>
    public abstract byte[] Read(string name, int maxBytes = RgbImage.MaxFileLength);
}

/// <summary>A file of its own.</summary>
internal sealed record FileSource(string Path) : ImageSource
{
    public override (string File, long Position) Order => (Path, 0);

    public override long Length(string name)
    {
        try
        {
            return new FileInfo(Path).Length;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"{name}: the image cannot be read: {error.Message}", error);
        }
    }

    public override byte[] Read(string name, int maxBytes = RgbImage.MaxFileLength) => RgbImage.ReadFile(Path, name, maxBytes);
}

/// <summary>An uncompressed member of an archive.</summary>
/// <param name="Archive">Path of the archive.</param>
/// <param name="Offset">Position of the first byte.</param>
/// <param name="Bytes">Number of bytes.</param>
internal sealed record ArchiveSource(string Archive, long Offset, long Bytes) : ImageSource
{
    public override (string File, long Position) Order => (Archive, Offset);

    public override long Length(string name) => Bytes;

    public override byte[] Read(string name, int maxBytes = RgbImage.MaxFileLength)
    {
        if (Bytes > RgbImage.MaxFileLength)
        {
            throw new AttnGanException(
                $"{name}: the image has {Bytes / (1024 * 1024)} MiB; the maximum is {RgbImage.MaxFileLength / (1024 * 1024)} MiB. " +
                "Scale the image down.");
        }

        try
        {
            using FileStream file = File.OpenRead(Archive);
            file.Position = Offset;
            byte[] bytes = new byte[Math.Min(maxBytes, Bytes)];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AttnGanException($"{name}: the image cannot be read from `{Archive}`: {error.Message}", error);
        }
    }
}

/// <summary>A cell of a Parquet file.</summary>
/// <param name="Table">The file.</param>
/// <param name="Group">Number of the row group, from 0.</param>
/// <param name="Row">Number of the row in its group, from 0.</param>
internal sealed record ParquetSource(Readers.ParquetImages Table, int Group, int Row) : ImageSource
{
    public override (string File, long Position) Order => (Table.Path, ((long)Group << 32) + Row);

    public override long Length(string name) => Read(name).Length;

    public override byte[] Read(string name, int maxBytes = RgbImage.MaxFileLength)
    {
        byte[] bytes = Table.Read(Group, Row, name);
        return bytes.Length <= maxBytes ? bytes : bytes[..maxBytes];
    }
}
