using AttnGan.Imaging;

namespace AttnGan.Training.Data;

/// <summary>A part of a picture in pixels from its upper left corner. It may reach over the border, where it is cut.</summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Right">Column after the last.</param>
/// <param name="Bottom">Row after the last.</param>
public readonly record struct CropBox(int Left, int Top, int Right, int Bottom)
{
    /// <summary>
    /// The square that birds are shown in: 1.5 times the larger side of the bounding box, around its centre. Halves of pixels are
    /// dropped as the published code drops them, so that the same pixels remain.
    /// </summary>
    /// <param name="x">Left border of the bounding box (at least 0).</param>
    /// <param name="y">Upper border (at least 0).</param>
    /// <param name="width">Its width (at least 2).</param>
    /// <param name="height">Its height (at least 2).</param>
    internal static CropBox AroundBird(int x, int y, int width, int height)
    {
        int radius = (int)(Math.Max(width, height) * 0.75);
        (int centerX, int centerY) = (x + (width / 2), y + (height / 2));
        return new CropBox(centerX - radius, centerY - radius, centerX + radius, centerY + radius);
    }

    /// <exception cref="AttnGanException">Nothing of it lies inside the picture.</exception>
    internal RgbImage Cut(RgbImage image, string name)
    {
        (int left, int top) = (Math.Max(0, Left), Math.Max(0, Top));
        (int right, int bottom) = (Math.Min(image.Width, Right), Math.Min(image.Height, Bottom));
        return left < right && top < bottom
            ? image.Crop(left, top, right - left, bottom - top)
            : throw new AttnGanException(
                $"{name}: its part from ({Left}, {Top}) to ({Right}, {Bottom}) lies outside the picture of {image.Width} x " +
                $"{image.Height} pixels; its line in bounding_boxes.txt is of another picture, or the picture was scaled.");
    }
}
