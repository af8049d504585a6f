using AttnGan.Imaging;

namespace AttnGan.Training.Data;

/// <summary>Sizes of images that keep their proportions.</summary>
internal static class ShorterSide
{
    /// <summary>The size of an image whose shorter side is scaled to a number of pixels.</summary>
    /// <exception cref="AttnGanException">The longer side would become too long to be held in memory.</exception>
    public static (int Width, int Height) Scale(int width, int height, int side, string name)
    {
        double longer = Math.Round((double)Math.Max(width, height) * side / Math.Min(width, height));
        if (longer * side > RgbImage.MaxPixels)
        {
            throw new AttnGanException(
                $"{name}: {width} x {height} pixels is too narrow: scaled to a shorter side of {side} it would have more than " +
                $"{RgbImage.MaxPixels / 1_000_000} million. Cut it, or leave it out.");
        }

        return width <= height ? (side, (int)longer) : ((int)longer, side);
    }
}
