using AttnGan.Imaging;

namespace AttnGan.Training.Data.Shapes;

/// <summary>Renders shape scenes, and a mask for each object.</summary>
internal static class ShapeRenderer
{
    // Points a pixel and axis. Their average is the pixel's color.
    private const int Samples = 4;

    /// <summary>Renders a scene.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="size">Side of the image in pixels.</param>
    public static RgbImage Render(ShapeScene scene, int size)
    {
        RgbColor background = ShapePalette.Of(scene.Background);
        (ShapeObject Item, RgbColor First, RgbColor Second)[] objects =
            [.. scene.Objects.Select(item => (item, ShapePalette.Of(item.Color), ShapePalette.SecondToneOf(item.Color)))];
        return RenderPixels(size, (x, y) =>
        {
            foreach ((ShapeObject item, RgbColor first, RgbColor second) in objects)
            {
                if (Contains(item, x, y, size))
                {
                    return HasSecondTone(item, x, y, size) ? second : first;
                }
            }

            return background;
        });
    }

    /// <summary>Renders an object's mask: white where the object is, black elsewhere, gray on its border.</summary>
    /// <param name="item">The object.</param>
    /// <param name="size">Side of the image in pixels.</param>
    public static RgbImage RenderMask(ShapeObject item, int size) =>
        RenderPixels(size, (x, y) => Contains(item, x, y, size) ? new RgbColor(255, 255, 255) : RgbColor.Black);

    private static bool Contains(ShapeObject item, double x, double y, int size) =>
        ShapeGeometry.Contains(item.Shape, ((x / size) - item.X) / item.Radius, ((y / size) - item.Y) / item.Radius);

    private static bool HasSecondTone(ShapeObject item, double x, double y, int size) => ShapeGeometry.HasSecondTone(
        item.Texture, x - (item.X * size), y - (item.Y * size), period: size / 16.0);

    private static RgbImage RenderPixels(int size, Func<double, double, RgbColor> colorAt)
    {
        var image = new RgbImage(size, size);
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < size; x++)
            {
                (int red, int green, int blue) = (0, 0, 0);
                for (int s = 0; s < Samples * Samples; s++)
                {
                    RgbColor color = colorAt(
                        x + (((s % Samples) + 0.5) / Samples), y + (((s / Samples) + 0.5) / Samples));
                    (red, green, blue) = (red + color.R, green + color.G, blue + color.B);
                }

                Span<byte> pixel = image.Pixels.AsSpan(3 * ((y * size) + x), 3);
                (pixel[0], pixel[1], pixel[2]) = (Average(red), Average(green), Average(blue));
            }
        }

        return image;

        static byte Average(int sum) => (byte)((sum + (Samples * Samples / 2)) / (Samples * Samples));
    }
}
