using System.Globalization;
using AttnGan.Imaging;

namespace AttnGan.Generation;

/// <summary>
/// How a model that generates square images of a few sizes serves a request for any size, such as 512 x 512: the smallest stage that is
/// large enough is generated, or else the last one, and its image is scaled to the largest square of the requested size.
/// </summary>
public sealed class ScaledSize
{
    private ScaledSize(int stageSize, int side) => (StageSize, Side) = (stageSize, side);

    /// <summary>The side of the stage to generate, in pixels: <see cref="GenerationOptions.Size"/>.</summary>
    public int StageSize { get; }

    /// <summary>The side of the scaled image in pixels.</summary>
    public int Side { get; }

    /// <summary>True if the image is scaled.</summary>
    public bool IsScaled => Side != StageSize;

    /// <summary>Returns the stage and the side for a requested size.</summary>
    /// <param name="width">The requested width in pixels, at least 1.</param>
    /// <param name="height">The requested height in pixels, at least 1.</param>
    /// <param name="stageSizes">The sizes that the model generates: <see cref="TextToImagePipeline.StageSizes"/>.</param>
    /// <exception cref="ArgumentException">There are no sizes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1.</exception>
    public static ScaledSize Fit(int width, int height, IReadOnlyList<int> stageSizes)
    {
        ArgumentNullException.ThrowIfNull(stageSizes);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        int side = Math.Min(width, height);
        int[] largeEnough = [.. stageSizes.Where(size => size >= side)];
        return stageSizes.Count == 0
            ? throw new ArgumentException("The model generates no sizes.", nameof(stageSizes))
            : new ScaledSize(largeEnough.Length > 0 ? largeEnough.Min() : stageSizes.Max(), side);
    }

    /// <summary>Scales the image of the stage to <see cref="Side"/>: sharply when it grows, with antialiasing when it shrinks.</summary>
    /// <param name="image">The image; one that has the side already is returned as it is.</param>
    public RgbImage Apply(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        return image.Width == Side && image.Height == Side ? image
            : Side > image.Width ? image.Resize(Side, Side, Resampler.Lanczos)
            : image.Resize(Side, Side);
    }

    /// <summary>Parses a size such as 512x512, the notation of many image APIs.</summary>
    /// <param name="text">The width, <c>x</c> and the height.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="height">The height in pixels.</param>
    /// <returns>False if the text is not two whole numbers greater than 0.</returns>
    public static bool TryParse(string? text, out int width, out int height)
    {
        (width, height) = (0, 0);
        return text?.Split('x', 'X', '×') is [var first, var second]
            && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out width)
            && int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out height)
            && width > 0
            && height > 0;
    }

    /// <summary>Returns the side twice, as in 512x512.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Side}x{Side}");
}
