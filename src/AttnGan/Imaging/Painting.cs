namespace AttnGan.Imaging;

/// <summary>Drawing operations for figures and grids. They clip to the image.</summary>
internal static class Painting
{
    /// <summary>Fills a rectangle.</summary>
    public static void Fill(this RgbImage image, int x, int y, int width, int height, RgbColor color)
    {
        (int left, int right) = (Math.Max(x, 0), Math.Min(x + width, image.Width));
        (int top, int bottom) = (Math.Max(y, 0), Math.Min(y + height, image.Height));
        for (int row = top; row < bottom; row++)
        {
            for (int to = ((row * image.Width) + left) * 3; to < ((row * image.Width) + right) * 3; to += 3)
            {
                (image.Pixels[to], image.Pixels[to + 1], image.Pixels[to + 2]) = (color.R, color.G, color.B);
            }
        }
    }

    /// <summary>Draws a frame around a rectangle, outside of it.</summary>
    public static void Frame(this RgbImage image, int x, int y, int width, int height, int thickness, RgbColor color)
    {
        image.Fill(x - thickness, y - thickness, width + (2 * thickness), thickness, color);
        image.Fill(x - thickness, y + height, width + (2 * thickness), thickness, color);
        image.Fill(x - thickness, y, thickness, height, color);
        image.Fill(x + width, y, thickness, height, color);
    }

    /// <summary>Copies an image into another.</summary>
    public static void Paste(this RgbImage image, RgbImage part, int x, int y)
    {
        (int left, int right) = (Math.Max(x, 0), Math.Min(x + part.Width, image.Width));
        (int top, int bottom) = (Math.Max(y, 0), Math.Min(y + part.Height, image.Height));
        for (int row = top; row < bottom && left < right; row++)
        {
            part.Pixels.AsSpan((((row - y) * part.Width) + left - x) * 3, (right - left) * 3)
                .CopyTo(image.Pixels.AsSpan(((row * image.Width) + left) * 3));
        }
    }

    /// <summary>
    /// Scales the image to the largest size within a box that keeps its aspect ratio. Integer factors repeat pixels; other factors
    /// interpolate.
    /// </summary>
    public static RgbImage FitInto(this RgbImage image, int width, int height)
    {
        double scale = Math.Min((double)width / image.Width, (double)height / image.Height);
        int factor = (int)scale;
        if (factor >= 1 && factor == scale)
        {
            return image.Enlarge(factor);
        }

        return image.Resize(
            Math.Clamp((int)Math.Round(image.Width * scale), 1, width), Math.Clamp((int)Math.Round(image.Height * scale), 1, height));
    }

    private static RgbImage Enlarge(this RgbImage image, int factor)
    {
        var enlarged = new RgbImage(image.Width * factor, image.Height * factor);
        int to = 0;
        for (int y = 0; y < enlarged.Height; y++)
        {
            for (int x = 0; x < enlarged.Width; x++, to += 3)
            {
                image.Pixels.AsSpan((((y / factor) * image.Width) + (x / factor)) * 3, 3).CopyTo(enlarged.Pixels.AsSpan(to));
            }
        }

        return enlarged;
    }
}
