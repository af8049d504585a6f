using AttnGan.Imaging;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

/// <summary>Images of rectangles whose metrics are known.</summary>
internal static class Shapes
{
    public static RgbImage Plain(byte red, byte green, byte blue, int size = 4)
    {
        var image = new RgbImage(size, size);
        Fill(image, 0, 0, size, size, new RgbColor(red, green, blue));
        return image;
    }

    public static void Fill(RgbImage image, int left, int top, int width, int height, RgbColor color)
    {
        for (int y = top; y < top + height; y++)
        {
            for (int x = left; x < left + width; x++)
            {
                int at = ((y * image.Width) + x) * 3;
                (image.Pixels[at], image.Pixels[at + 1], image.Pixels[at + 2]) = (color.R, color.G, color.B);
            }
        }
    }
}
