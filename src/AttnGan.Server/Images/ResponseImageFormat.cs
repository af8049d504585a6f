using AttnGan.Imaging;

namespace AttnGan.Server.Images;

/// <summary>The file formats of images in responses.</summary>
internal static class ResponseImageFormat
{
    public const string Default = "png";
    public const string Png = "image/png";
    public const string WebP = "image/webp";

    private const string WebPName = "webp";

    public static IReadOnlyList<string> Names { get; } = [Default, WebPName];

    public static bool IsKnown(string? name) => name is Default or WebPName;

    public static string MediaTypeOf(string name) => name == WebPName ? WebP : Png;

    /// <summary>Encodes an image losslessly.</summary>
    public static byte[] Encode(RgbImage image, string mediaType, ImageMetadata? metadata) =>
        image.Encode(mediaType == WebP ? ImageFormat.WebP : ImageFormat.Png, metadata);
}
