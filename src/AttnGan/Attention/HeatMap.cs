using AttnGan.Imaging;
using AttnGan.Inference;

namespace AttnGan.Attention;

/// <summary>Shows where a stage attended to a word.</summary>
/// <remarks>
/// <para>
/// Each word's map is divided by its own largest weight, so that rare words show as clearly as common ones (their shares of the
/// attention are <see cref="StageAttention.WordWeights"/>), and enlarged bilinearly.
/// </para>
/// <para>
/// The colors are "inferno" of Matplotlib (Nathaniel Smith and Stéfan van der Walt, CC0): equal steps of attention look like equal
/// steps of brightness, in gray print and to color-blind eyes too.
/// </para>
/// </remarks>
public static class HeatMap
{
    /// <summary>How far the heat hides the image beneath where the attention is largest; in proportion elsewhere.</summary>
    public const float OverlayOpacity = 0.85f;

    // The image beneath an overlay keeps this much of its brightness: the heat must outshine a white background.
    private const float BackdropBrightness = 0.55f;

    // Every seventeenth of inferno's 256 colors.
    private static readonly RgbColor[] s_colors =
    [
        .. new[]
        {
            "#000004", "#0c0826", "#240c4f", "#420a68", "#5d126e", "#781c6d", "#932667", "#ae305c",
            "#c73e4c", "#dd513a", "#ed6925", "#f8850f", "#fca50a", "#fac62d", "#f2e661", "#fcffa4",
        }.Select(RgbColor.Parse),
    ];

    /// <summary>The word's map as a square image of colors alone.</summary>
    /// <param name="attention">The attention of a stage.</param>
    /// <param name="wordIndex">The word's place in <see cref="StageAttention.Words"/>, from 0.</param>
    /// <param name="size">The side of the image in pixels, at least 1.</param>
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
    /// The word's map over an image, of the image's size. Where the word was not attended to, the image shows dimmed and without
    /// color; with the attention the heat covers it, up to <see cref="OverlayOpacity"/> where the attention is largest.
    /// </summary>
    /// <param name="image">What the stage drew; the map is stretched over all of it. It is not changed.</param>
    /// <param name="attention">The attention of a stage.</param>
    /// <param name="wordIndex">The word's place in <see cref="StageAttention.Words"/>, from 0.</param>
    public static RgbImage Overlay(RgbImage image, StageAttention attention, int wordIndex)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(attention);
        var overlay = new RgbImage(image.Width, image.Height);
        float[] heat = Scale(attention.MapOf(wordIndex), attention.Size, image.Width, image.Height);
        for (int i = 0; i < heat.Length; i++)
        {
            Span<byte> pixel = image.Pixels.AsSpan(i * 3, 3);
            // Brightness as Rec. 601 weighs the colors.
            float gray = (0.299f * pixel[0]) + (0.587f * pixel[1]) + (0.114f * pixel[2]);
            RgbColor color = Cover(gray, heat[i]);
            (overlay.Pixels[i * 3], overlay.Pixels[(i * 3) + 1], overlay.Pixels[(i * 3) + 2]) = (color.R, color.G, color.B);
        }

        return overlay;
    }

    /// <summary>The color of an attention in [0, 1].</summary>
    internal static RgbColor ColorAt(float heat)
    {
        float position = Math.Clamp(heat, 0, 1) * (s_colors.Length - 1);
        int below = Math.Min((int)position, s_colors.Length - 2);
        (RgbColor low, RgbColor high, float part) = (s_colors[below], s_colors[below + 1], position - below);
        return new RgbColor(Blend(low.R, high.R, part), Blend(low.G, high.G, part), Blend(low.B, high.B, part));
    }

    /// <summary>What an overlay shows at a pixel of an image: its brightness (0 to 255) and the attention there, in [0, 1].</summary>
    internal static RgbColor Cover(float brightness, float heat)
    {
        float backdrop = brightness * BackdropBrightness;
        RgbColor color = ColorAt(heat);
        float opacity = heat * OverlayOpacity;
        return new RgbColor(Blend(backdrop, color.R, opacity), Blend(backdrop, color.G, opacity), Blend(backdrop, color.B, opacity));
    }

    /// <summary>(s, s) weights to (H, W) in [0, 1], the largest weight 1; all 0 where no weight is positive.</summary>
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

    /// <summary>The two map positions between whose centers a target's center lies, and how far towards the second.</summary>
    private static (int First, int Second, float Part) Neighbors(int target, int targetSize, int size)
    {
        float position = Math.Clamp(((target + 0.5f) * size / targetSize) - 0.5f, 0, size - 1);
        int first = (int)position;
        return (first, Math.Min(first + 1, size - 1), position - first);
    }

    private static byte Blend(float from, float to, float part) => (byte)(from + ((to - from) * part) + 0.5f);
}
