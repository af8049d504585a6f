using AttnGan.Imaging;

namespace AttnGan.Server.Images;

/// <summary>The formats that images are sent in.</summary>
internal static class ResponseImageFormat
{
    public const string Default = "png";
    public const string Png = "image/png";
    public const string WebP = "image/webp";

    private const string WebPName = "webp";

    public static IReadOnlyList<string> Names { get; } = [Default, WebPName];

    public static bool IsKnown(string? name) => name is Default or WebPName;

    public static string MediaTypeOf(string name) => name == WebPName ? WebP : Png;

    /// <summary>Encodes without loss.</summary>
    public static byte[] Encode(RgbImage image, string mediaType, ImageMetadata? metadata) =>
        image.Encode(mediaType == WebP ? ImageFormat.WebP : ImageFormat.Png, metadata);
}
