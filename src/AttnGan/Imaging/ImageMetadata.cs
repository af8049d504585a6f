using System.Reflection;

namespace AttnGan.Imaging;

/// <summary>What the file of a generated image says of it.</summary>
/// <remarks>
/// It stands in the file as an XMP packet, which catalogs and viewers of images read: the caption is <c>dc:description</c>, the
/// software <c>xmp:CreatorTool</c>, seed, truncation and model have a namespace of their own. PNG files say caption and software a second time as
/// the text chunks that simple viewers show. What XML cannot hold (control characters, halves of surrogate pairs) is left out of all
/// texts. A caption too long for the 64 KB that a JPEG file has room for loses its end, which an ellipsis replaces, in every format
/// alike.
/// </remarks>
public sealed record ImageMetadata
{
    /// <summary>What the image shows; null where that is not known.</summary>
    public string? Caption { get; init; }

    /// <summary>The seed of the noise the image was drawn from; null where more than one decided it.</summary>
    public long? Seed { get; init; }

    /// <summary>The distance at which the noise was cut off; null where it was not.</summary>
    public double? Truncation { get; init; }

    /// <summary>The name of the model that drew the image.</summary>
    public string? Model { get; init; }

    /// <summary>What wrote the image: "AttnGan" and its version, if nothing else is said.</summary>
    public string? Software { get; init; } = $"AttnGan {Version}";

    private static string Version { get; } =
        // A build may append the commit.
        typeof(ImageMetadata).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    /// <summary>
    /// Reads what a PNG, JPEG or WebP file says of its image: null if it has no XMP packet, or one with none of these properties. Caption
    /// and software are properties that other programs write as well; what a packet does not have is null. Pixels are not read, nor is
    /// what stands behind the packet: they may be damaged.
    /// </summary>
    /// <exception cref="AttnGanException">
    /// The file is missing, of another format, longer than <see cref="RgbImage.MaxFileLength"/>, or damaged or cut short before the end
    /// of its metadata, or its XMP packet is longer than 1 MiB; the message names it.
    /// </exception>
    public static ImageMetadata? Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return Read(RgbImage.ReadFile(path, path), path);
    }

    /// <summary>As <see cref="Read(string)"/>, from the bytes of a file; messages call the image by a name of the caller's.</summary>
    internal static ImageMetadata? Read(ReadOnlySpan<byte> bytes, string name)
    {
        try
        {
            ReadOnlySpan<byte> packet = PngChunks.IsPng(bytes) ? PngChunks.FindXmp(bytes)
                : JpegSegments.IsJpeg(bytes) ? JpegSegments.FindXmp(bytes)
                : WebPChunks.IsWebP(bytes) ? WebPChunks.FindXmp(bytes)
                : throw RgbImage.NotAImage(name);
            return packet.IsEmpty ? null : XmpPacket.Parse(packet);
        }
        catch (FormatException error)
        {
            throw new AttnGanException($"{name}: the image's metadata cannot be read: {error.Message}.", error);
        }
    }
}
