namespace AttnGan.Imaging;

/// <summary>The metadata in the file of a generated image.</summary>
/// <remarks>
/// It is an XMP packet, which image catalogs and viewers read: the caption is <c>dc:description</c>, the software
/// <c>xmp:CreatorTool</c>; seed, truncation, style, model and readings have their own namespace. PNG files repeat caption and software in
/// the text chunks that simple viewers show. Characters that XML does not allow (control characters, unpaired surrogates) are removed. In
/// every format, a caption that exceeds the 64 KB of a JPEG segment is shortened and ends in an ellipsis.
/// </remarks>
public sealed record ImageMetadata
{
    /// <summary>The caption; null if unknown.</summary>
    public string? Caption { get; init; }

    /// <summary>The seed of the noise; null if unknown or if there is more than one.</summary>
    public long? Seed { get; init; }

    /// <summary>The largest magnitude of noise values; null if the noise was not truncated.</summary>
    public double? Truncation { get; init; }

    /// <summary>The style of the image; null if unknown, if the model has none, or if there is more than one.</summary>
    public string? Style { get; init; }

    /// <summary>The name of the model; null if unknown.</summary>
    public string? Model { get; init; }

    /// <summary>
    /// The words of the caption that the model read as known ones, such as "puppy, read as dog; lorry, read as truck"; null if there are
    /// none.
    /// </summary>
    public string? Readings { get; init; }

    /// <summary>The software that wrote the image, by default "AttnGan" and its version.</summary>
    public string? Software { get; init; } = AttnGanVersion.Software;

    /// <summary>
    /// Reads the metadata of a PNG, JPEG or WebP file. Other programs write caption and software as well. Neither the pixels nor anything
    /// behind the XMP packet is read: they may be damaged.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The metadata, with null for missing properties; null without an XMP packet or if it has none of these properties.</returns>
    /// <exception cref="AttnGanException">
    /// The file is missing, of another format, longer than <see cref="RgbImage.MaxFileLength"/>, or damaged or truncated before the end
    /// of its metadata, or its XMP packet is longer than 1 MiB. The message names the file.
    /// </exception>
    public static ImageMetadata? Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Read(RgbImage.ReadFile(path, path), path);
    }

    /// <summary>Reads the metadata from the bytes of a file, as <see cref="Read(string)"/> does; error messages use the name.</summary>
    internal static ImageMetadata? Read(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            ReadOnlySpan<byte> packet = PngChunks.IsPng(bytes) ? PngChunks.FindXmp(bytes)
                : JpegSegments.IsJpeg(bytes) ? JpegSegments.FindXmp(bytes)
                : WebPChunks.IsWebP(bytes) ? WebPChunks.FindXmp(bytes)
                : bytes.StartsWith("BM"u8) || bytes.StartsWith("GIF8"u8) ? [] // neither has a place for it
                : throw RgbImage.NotAImage(name, bytes);
            return packet.IsEmpty ? null : XmpPacket.Parse(packet);
        }
        catch (FormatException error)
        {
            throw new AttnGanException($"{name}: the image's metadata cannot be read: {error.Message}.", error);
        }
    }
}
