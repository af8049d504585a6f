namespace AttnGan.Imaging;

/// <summary>The file name extensions of image formats.</summary>
internal static class ImageFiles
{
    // JPEG first: readers that look for the file of a name try the extensions in this order.
    private static readonly (string Extension, ImageFormat Format)[] s_formats =
    [
        (".jpg", ImageFormat.Jpeg), (".jpeg", ImageFormat.Jpeg), (".png", ImageFormat.Png), (".webp", ImageFormat.WebP),
        (".jpe", ImageFormat.Jpeg), (".jfif", ImageFormat.Jpeg), (".jif", ImageFormat.Jpeg), (".pjpeg", ImageFormat.Jpeg),
        (".pjp", ImageFormat.Jpeg), (".bmp", ImageFormat.Bmp), (".dib", ImageFormat.Bmp), (".gif", ImageFormat.Gif),
    ];

    private static readonly Dictionary<string, string> s_unread = new(StringComparer.OrdinalIgnoreCase)
    {
        [".tif"] = "TIFF",
        [".tiff"] = "TIFF",
        [".heic"] = "HEIC",
        [".heif"] = "HEIF",
        [".avif"] = "AVIF",
        [".jxl"] = "JPEG XL",
        [".jp2"] = "JPEG 2000",
        [".j2k"] = "JPEG 2000",
        [".psd"] = "Photoshop",
        [".svg"] = "SVG",
        [".tga"] = "TGA",
        [".ppm"] = "PPM",
        [".pgm"] = "PGM",
        [".pnm"] = "PNM",
        [".pcx"] = "PCX",
        [".ico"] = "ICO",
        [".exr"] = "OpenEXR",
        [".hdr"] = "HDR",
        [".cr2"] = "raw",
        [".nef"] = "raw",
        [".dng"] = "raw",
        [".arw"] = "raw",
        [".apng"] = "APNG",
    };

    /// <summary>The formats that are written.</summary>
    public static IReadOnlyList<ImageFormat> WrittenFormats { get; } = [ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.WebP];

    /// <summary>All extensions of images that are read, in lower case and with the dot.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [.. s_formats.Select(entry => entry.Extension)];

    /// <summary>Returns true if the path has one of the <see cref="Extensions"/>, in upper or lower case.</summary>
    public static bool IsImage(string path) => FormatOf(path) is not null;

    /// <summary>Returns the name of the format of an image that is not read, by its extension; null for other files.</summary>
    public static string? UnreadFormatOf(string path) => s_unread.GetValueOrDefault(Path.GetExtension(path));

    /// <summary>Returns the usual extension of a format, with the dot.</summary>
    public static string ExtensionOf(ImageFormat format) => s_formats.First(entry => entry.Format == format).Extension;

    /// <summary>Returns the format of the path's extension; null if images with it are not read.</summary>
    public static ImageFormat? FormatOf(string path)
    {
        string extension = Path.GetExtension(path);
        foreach ((string known, ImageFormat format) in s_formats)
        {
            if (extension.Equals(known, StringComparison.OrdinalIgnoreCase))
            {
                return format;
            }
        }

        return null;
    }

    /// <summary>Returns the format of the path's extension; null if images with it are not written.</summary>
    public static ImageFormat? WrittenFormatOf(string path) =>
        FormatOf(path) is { } format && WrittenFormats.Contains(format) ? format : null;
}
