using AttnGan.Imaging;
using AttnGan.Inference;

namespace AttnGan.Attention;

/// <summary>Renders the attention of a stage to a word as a heat map.</summary>
/// <remarks>
/// <para>
/// Each word's map is normalized by its own largest weight, so that words with little attention show as clearly as others
/// (<see cref="StageAttention.WordWeights"/> has their shares), and enlarged bilinearly.
/// </para>
/// <para>
/// The color map is Matplotlib's "inferno" (Nathaniel Smith and Stéfan van der Walt, CC0). It is perceptually uniform, also in
/// grayscale and with color vision deficiency.
/// </para>
/// </remarks>
public static class HeatMap
{
    /// <summary>The opacity of the heat over the image where the attention is largest; in proportion elsewhere.</summary>
    public const float OverlayOpacity = 0.85f;

    // The image below an overlay is darkened to this brightness, so that the heat stands out on a white background.
    private const float BackdropBrightness = 0.55f;

    // Every 17th of inferno's 256 colors.
    private static readonly RgbColor[] s_colors =
    [
        .. new[]
        {
            "#000004", "#0c0826", "#240c4f", "#420a68", "#5d126e", "#781c6d", "#932667", "#ae305c",
            "#c73e4c", "#dd513a", "#ed6925", "#f8850f", "#fca50a", "#fac62d", "#f2e661", "#fcffa4",
        }.Select(RgbColor.Parse),
    ];

    /// <summary>Renders the map of a word as a square image.</summary>
    /// <param name="attention">The attention of a stage.</param>
    /// <param name="wordIndex">The index of the word in <see cref="StageAttention.Words"/>.</param>
    /// <param name="size">The side of the image in pixels, at least 1.</param>
    /// <returns>An image of <paramref name="size"/> x <paramref name="size"/> pixels.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such word, or the size is less than 1.</exception>
    public static RgbImage Render(StageAttention attention, int wordIndex, int size)
    {
        ArgumentNullException.ThrowIfNull(attention);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        var image = new RgbImage(size, size);
        float[] heat = Scale(attention.MapOf(wordIndex), attention.Size, size, size);
        for (int i = 0; i < heat.Length; i++)
        {
            RgbColor color = ColorAt(heat[i]);
            (image.Pixels[i * 3], image.Pixels[(i * 3) + 1], image.Pixels[(i * 3) + 2]) = (color.R, color.G, color.B);
        }

        return image;
    }

    /// <summary>
    /// Renders the map of a word over an image. Without attention the image shows darkened and in grayscale; with growing attention
    /// the heat covers it, up to <see cref="OverlayOpacity"/> where the attention is largest.
    /// </summary>
    /// <param name="image">The image of the stage, which is not changed. The map is stretched over all of it.</param>
    /// <param name="attention">The attention of a stage.</param>
    /// <param name="wordIndex">The index of the word in <see cref="StageAttention.Words"/>.</param>
    /// <returns>A new image of the same size.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such word.</exception>
    public static RgbImage Overlay(RgbImage image, StageAttention attention, int wordIndex)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(attention);
        var overlay = new RgbImage(image.Width, image.Height);
        float[] heat = Scale(attention.MapOf(wordIndex), attention.Size, image.Width, image.Height);
        for (int i = 0; i < heat.Length; i++)
        {
            Span<byte> pixel = image.Pixels.AsSpan(i * 3, 3);
            // Luma of Rec. 601.
            float gray = (0.299f * pixel[0]) + (0.587f * pixel[1]) + (0.114f * pixel[2]);
            RgbColor color = Cover(gray, heat[i]);
            (overlay.Pixels[i * 3], overlay.Pixels[(i * 3) + 1], overlay.Pixels[(i * 3) + 2]) = (color.R, color.G, color.B);
        }

        return overlay;
    }

    /// <summary>Returns the color of a normalized attention in [0, 1].</summary>
    internal static RgbColor ColorAt(float heat)
    {
        float position = Math.Clamp(heat, 0, 1) * (s_colors.Length - 1);
        int below = Math.Min((int)position, s_colors.Length - 2);
        (RgbColor low, RgbColor high, float part) = (s_colors[below], s_colors[below + 1], position - below);
        return new RgbColor(Blend(low.R, high.R, part), Blend(low.G, high.G, part), Blend(low.B, high.B, part));
    }

    /// <summary>Returns the color of an overlay at a pixel.</summary>
    /// <param name="brightness">The luma of the image, in [0, 255].</param>
    /// <param name="heat">The normalized attention, in [0, 1].</param>
    internal static RgbColor Cover(float brightness, float heat)
    {
        float backdrop = brightness * BackdropBrightness;
        RgbColor color = ColorAt(heat);
        float opacity = heat * OverlayOpacity;
        return new RgbColor(Blend(backdrop, color.R, opacity), Blend(backdrop, color.G, opacity), Blend(backdrop, color.B, opacity));
    }

    /// <summary>Resizes (S, S) weights to (H, W) and normalizes them to [0, 1] by the largest; all 0 if no weight is positive.</summary>
    private static float[] Scale(ReadOnlySpan<float> map, int size, int width, int height)
    {
        float[] scaled = new float[checked(width * height)];
        float largest = 0f;
        foreach (float weight in map)
        {
            largest = Math.Max(largest, weight);
        }

        if (!(largest > 0))
        {
            return scaled;
        }

        for (int y = 0; y < height; y++)
        {
            (int top, int bottom, float down) = Neighbors(y, height, size);
            for (int x = 0; x < width; x++)
            {
                (int left, int right, float along) = Neighbors(x, width, size);
                float above = VectorMath.Lerp(map[(top * size) + left], map[(top * size) + right], along);
                float below = VectorMath.Lerp(map[(bottom * size) + left], map[(bottom * size) + right], along);
                scaled[(y * width) + x] = Math.Clamp(VectorMath.Lerp(above, below, down) / largest, 0, 1);
            }
        }

        return scaled;
    }

    /// <summary>Returns the two positions of the map around a position of the target, and the weight of the second one.</summary>
    private static (int First, int Second, float Part) Neighbors(int target, int targetSize, int size)
    {
        float position = Math.Clamp(((target + 0.5f) * size / targetSize) - 0.5f, 0, size - 1);
        int first = (int)position;
        return (first, Math.Min(first + 1, size - 1), position - first);
    }

    private static byte Blend(float from, float to, float part) => (byte)(from + ((to - from) * part) + 0.5f);
}
