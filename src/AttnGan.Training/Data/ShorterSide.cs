using AttnGan.Imaging;

namespace AttnGan.Training.Data;

/// <summary>Scaling by the shorter side, keeping the aspect ratio.</summary>
internal static class ShorterSide
{
    /// <summary>Returns the size of an image after its shorter side is scaled to <paramref name="side"/> pixels.</summary>
    /// <exception cref="AttnGanException">The result would exceed the largest supported number of pixels.</exception>
    public static (int Width, int Height) Scale(int width, int height, int side, string name)
    {
        double longer = Math.Round((double)Math.Max(width, height) * side / Math.Min(width, height));
        if (longer * side > RgbImage.MaxPixels)
        {
            throw new AttnGanException(
                $"{name}: {width} x {height} pixels is too narrow: scaled to a shorter side of {side} it would have more than " +
                $"{RgbImage.MaxPixels / 1_000_000} million. Crop or remove it.");
        }

        return width <= height ? (side, (int)longer) : ((int)longer, side);
    }
}
