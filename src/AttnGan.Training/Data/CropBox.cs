using AttnGan.Imaging;

namespace AttnGan.Training.Data;

/// <summary>A rectangle in pixels from the image's upper left corner. It may exceed the image; cropping clips it.</summary>
/// <param name="Left">First column.</param>
/// <param name="Top">First row.</param>
/// <param name="Right">Column after the last.</param>
/// <param name="Bottom">Row after the last.</param>
public readonly record struct CropBox(int Left, int Top, int Right, int Bottom)
{
    /// <summary>
    /// Returns the square that the official code crops birds to: 1.5 times the larger side of the bounding box, around its center.
    /// Half pixels are truncated as the official code does, so that the same pixels remain.
    /// </summary>
    /// <param name="x">Left border of the bounding box (at least 0).</param>
    /// <param name="y">Top border (at least 0).</param>
    /// <param name="width">Its width (at least 2).</param>
    /// <param name="height">Its height (at least 2).</param>
    internal static CropBox AroundBird(int x, int y, int width, int height)
    {
        int radius = (int)(Math.Max(width, height) * 0.75);
        (int centerX, int centerY) = (x + (width / 2), y + (height / 2));
        return new CropBox(centerX - radius, centerY - radius, centerX + radius, centerY + radius);
    }

    /// <exception cref="AttnGanException">The rectangle does not overlap the image.</exception>
    internal RgbImage Cut(RgbImage image, string name)
    {
        CropBox inside = Within(image.Width, image.Height, name);
        return image.Crop(inside.Left, inside.Top, inside.Right - inside.Left, inside.Bottom - inside.Top);
    }

    /// <summary>Clips the rectangle to an image of the given size.</summary>
    /// <exception cref="AttnGanException">The rectangle does not overlap the image.</exception>
    internal CropBox Within(int width, int height, string name)
    {
        var inside = new CropBox(Math.Max(0, Left), Math.Max(0, Top), Math.Min(width, Right), Math.Min(height, Bottom));
        return inside.Left < inside.Right && inside.Top < inside.Bottom
            ? inside
            : throw new AttnGanException(
                $"{name}: the crop from ({Left}, {Top}) to ({Right}, {Bottom}) lies outside the image of {width} x {height} pixels; " +
                "its line in bounding_boxes.txt belongs to another image, or the image was scaled.");
    }
}
