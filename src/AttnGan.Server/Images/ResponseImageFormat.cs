using System.Diagnostics;
using AttnGan.Imaging;
using AttnGan.Server.Generation;

namespace AttnGan.Server.Images;

/// <summary>The file formats of images in responses.</summary>
internal static class ResponseImageFormat
{
    public const string Default = "png";
    public const string Png = "image/png";
    public const string WebP = "image/webp";
    public const string Jpeg = "image/jpeg";

    private static readonly (string Name, string MediaType, ImageFormat Format)[] s_all =
        [(Default, Png, ImageFormat.Png), ("webp", WebP, ImageFormat.WebP), ("jpeg", Jpeg, ImageFormat.Jpeg)];

    public static IReadOnlyList<string> Names { get; } = [.. s_all.Select(format => format.Name)];

    public static IReadOnlyList<string> MediaTypes { get; } = [.. s_all.Select(format => format.MediaType)];

    public static bool IsKnown(string? name) => Names.Contains(name);

    public static string MediaTypeOf(string name) => s_all.First(format => format.Name == name).MediaType;

    /// <summary>Encodes an image; PNG and WebP are lossless.</summary>
    public static byte[] Encode(RgbImage image, string mediaType, ImageMetadata? metadata)
    {
        using Activity? span = GenerationTraces.StartEncoding(mediaType);
        return image.Encode(s_all.First(format => format.MediaType == mediaType).Format, metadata);
    }
}
