namespace AttnGan.Imaging;

/// <summary>What the head of an image's file says about it.</summary>
/// <param name="Format">By content, not by the file's name.</param>
/// <param name="Width">Columns of the image as it is meant (EXIF orientation).</param>
/// <param name="Height">Rows of the image as it is meant.</param>
public readonly record struct ImageHeader(ImageFormat Format, int Width, int Height);
