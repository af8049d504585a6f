namespace AttnGan.Imaging;

/// <summary>The format and size of an image, from the header of its file.</summary>
/// <param name="Format">The format of the content, whatever the extension of the file.</param>
/// <param name="Width">The width in pixels, with the EXIF orientation applied.</param>
/// <param name="Height">The height in pixels, with the EXIF orientation applied.</param>
public readonly record struct ImageHeader(ImageFormat Format, int Width, int Height);
