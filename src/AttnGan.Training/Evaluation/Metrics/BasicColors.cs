using AttnGan.Imaging;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// The eleven basic color words, each a range of lightness, chroma and hue in OKLCH. The rules are those of the emoji dataset's recipe
/// (<c>datasets/emoji/colors.mjs</c>), so that a color is measured by the word that captions use for it.
/// </summary>
internal static class BasicColors
{
    private static readonly string[] s_names =
        ["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "gray", "white"];

    // A smaller foreground is the outline of a white object.
    private const double MinForegroundShare = 0.01;

    private const int White = 10;

    /// <summary>The color words; their indices are the numbers of colors.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>Returns the number of a color word; null for other words.</summary>
    public static int? IndexOf(string word) =>
        Array.IndexOf(s_names, word == "grey" ? "gray" : word) is var index and >= 0 ? index : null; // captions use both spellings

    /// <summary>Returns the number of a color.</summary>
    public static int Classify(byte red, byte green, byte blue)
    {
        (double l, double c, double h) = ToOklch(red, green, blue);
        return Array.IndexOf(s_names, Name(l, c, h));
    }

    /// <summary>Returns the number of the color of each pixel.</summary>
    public static byte[] Classify(RgbImage image)
    {
        byte[] colors = new byte[image.Width * image.Height];
        ReadOnlySpan<byte> pixels = image.Pixels;

        // Neighboring pixels mostly have the same color: classify each run once.
        int last = -1;
        byte color = 0;
        for (int i = 0; i < colors.Length; i++)
        {
            int rgb = (pixels[3 * i] << 16) | (pixels[(3 * i) + 1] << 8) | pixels[(3 * i) + 2];
            if (rgb != last)
            {
                color = (byte)Classify((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
                last = rgb;
            }

            colors[i] = color;
        }

        return colors;
    }

    /// <summary>
    /// Returns the number of the most frequent color of an image. White that is connected to the border is background and does not count,
    /// unless there is nothing else.
    /// </summary>
    /// <param name="colors">The color of each pixel, from <see cref="Classify(RgbImage)"/>.</param>
    /// <param name="width">Width of the image.</param>
    public static int Dominant(ReadOnlySpan<byte> colors, int width)
    {
        bool[] background = Background(colors, width);
        int[] counts = new int[s_names.Length];
        for (int i = 0; i < background.Length; i++)
        {
            counts[colors[i]] += background[i] ? 0 : 1;
        }

        return counts.Sum() <= MinForegroundShare * background.Length ? White : Array.IndexOf(counts, counts.Max());
    }

    /// <summary>Flood-fills the white pixels that are connected to the border.</summary>
    private static bool[] Background(ReadOnlySpan<byte> colors, int width)
    {
        int height = colors.Length / width;
        bool[] background = new bool[colors.Length];
        var open = new Stack<int>();
        for (int x = 0; x < width; x++)
        {
            Visit(colors, x);
            Visit(colors, ((height - 1) * width) + x);
        }

        for (int y = 0; y < height; y++)
        {
            Visit(colors, y * width);
            Visit(colors, (y * width) + width - 1);
        }

        while (open.TryPop(out int at))
        {
            int x = at % width;
            VisitIf(colors, x > 0, at - 1);
            VisitIf(colors, x < width - 1, at + 1);
            VisitIf(colors, at >= width, at - width);
            VisitIf(colors, at < colors.Length - width, at + width);
        }

        return background;

        void VisitIf(ReadOnlySpan<byte> pixels, bool inside, int at)
        {
            if (inside)
            {
                Visit(pixels, at);
            }
        }

        void Visit(ReadOnlySpan<byte> pixels, int at)
        {
            if (pixels[at] == White && !background[at])
            {
                background[at] = true;
                open.Push(at);
            }
        }
    }

    /// <summary>Converts sRGB to OKLCH: lightness in [0, 1], chroma from 0 to about 0.33, hue in degrees.</summary>
    private static (double L, double C, double H) ToOklch(byte red, byte green, byte blue)
    {
        (double l, double a, double b) = Oklab.Of(red, green, blue);
        return (l, Math.Sqrt((a * a) + (b * b)), ((Math.Atan2(b, a) * 180 / Math.PI) + 360) % 360);
    }

    private static string Name(double l, double c, double h)
    {
        // Pale and dark colors need more chroma to be perceived as a hue.
        if (l > 0.965)
        {
            return c < 0.03 ? "white" : NameHue(l, c, h);
        }

        if (c < 0.035 || (l > 0.9 && c < 0.045))
        {
            return l < 0.4 ? "black" : l > 0.9 ? "white" : "gray";
        }

        return l < 0.22 || (l < 0.31 && c < 0.085) ? "black" : NameHue(l, c, h);
    }

    private static string NameHue(double l, double c, double h) => h switch
    {
        >= 328 or < 8 => l >= 0.5 ? "pink" : h is >= 328 and < 352 ? "purple" : "red",
        < 37 => l >= 0.69 || (h < 16 && l >= 0.67) ? "pink" : c < 0.13 ? "brown" : "red",
        < 70 => (l < 0.63 && c < 0.155) || (c < 0.1 && l < 0.82) ? "brown" : "orange",
        < 112 => l < 0.66 && h < 98 ? "brown" : l < 0.6 ? "green" : c < 0.09 && l < 0.78 ? "brown" : "yellow",
        < 187 => "green",
        < 285 => "blue",
        _ => "purple",
    };
}
