namespace AttnGan.Imaging;

/// <summary>The file name extensions of the image formats that are read and written.</summary>
internal static class ImageFiles
{
    // JPEG first: readers that look for the file of a name try the extensions in this order.
    private static readonly (string Extension, ImageFormat Format)[] s_formats =
    [
        (".jpg", ImageFormat.Jpeg), (".jpeg", ImageFormat.Jpeg), (".png", ImageFormat.Png), (".webp", ImageFormat.WebP),
    ];

    /// <summary>All extensions, in lower case and with the dot.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [.. s_formats.Select(entry => entry.Extension)];

    /// <summary>Returns true if the path has one of the <see cref="Extensions"/>, in upper or lower case.</summary>
    public static bool IsImage(string path) => FormatOf(path) is not null;

    /// <summary>Returns the format of the path's extension; null if it is not an image's.</summary>
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
}
