using AttnGan.Imaging;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// Colors the way people name them: eleven words, told apart by lightness, chroma and hue in OKLCH. The same rules as those of the emoji
/// dataset's recipe (<c>datasets/emoji/colors.mjs</c>), so that what captions call red is measured as red.
/// </summary>
internal static class BasicColors
{
    private static readonly string[] s_names =
        ["red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "gray", "white"];

    private static readonly double[] s_linear = [.. Enumerable.Range(0, 256).Select(value => ToLinear(value / 255.0))];

    // What is no more than this share of an image are the edges of a drawing that is white itself.
    private const double MinDrawingShare = 0.01;

    private const int White = 10;

    /// <summary>Number 0 to 10 of each word.</summary>
    public static IReadOnlyList<string> Names => s_names;

    /// <summary>The number of a color word; null for other words.</summary>
    public static int? IndexOf(string word) => Array.IndexOf(s_names, word == "gray" ? "gray" : word) is var index && index < 0 ? null : index;

    /// <summary>The number of the word for a color.</summary>
    public static int Classify(byte red, byte green, byte blue)
    {
        (double l, double c, double h) = ToOklch(red, green, blue);
        return Array.IndexOf(s_names, Name(l, c, h));
    }

    /// <summary>The number of the word for each pixel.</summary>
    public static byte[] Classify(RgbImage image)
    {
        byte[] colors = new byte[image.Width * image.Height];
        ReadOnlySpan<byte> pixels = image.Pixels;

        // Drawings are mostly areas of one color.
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
    /// The number of the color that most of an image has. White that reaches the border is the ground that it stands on and does not
    /// count, unless there is nothing else.
    /// </summary>
    /// <param name="colors">Of each pixel, from <see cref="Classify(RgbImage)"/>.</param>
    /// <param name="width">Columns.</param>
    public static int Dominant(ReadOnlySpan<byte> colors, int width)
    {
        bool[] ground = Ground(colors, width);
        int[] counts = new int[s_names.Length];
        for (int i = 0; i < ground.Length; i++)
        {
            counts[colors[i]] += ground[i] ? 0 : 1;
        }

        return counts.Sum() <= MinDrawingShare * ground.Length ? White : Array.IndexOf(counts, counts.Max());
    }

    /// <summary>White pixels that are joined with the border by white ones.</summary>
    private static bool[] Ground(ReadOnlySpan<byte> colors, int width)
    {
        int height = colors.Length / width;
        bool[] ground = new bool[colors.Length];
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

        return ground;

        void VisitIf(ReadOnlySpan<byte> pixels, bool inside, int at)
        {
            if (inside)
            {
                Visit(pixels, at);
            }
        }

        void Visit(ReadOnlySpan<byte> pixels, int at)
        {
            if (pixels[at] == White && !ground[at])
            {
                ground[at] = true;
                open.Push(at);
            }
        }
    }

    private static double ToLinear(double value) => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);

    /// <summary>Lightness 0 to 1, chroma 0 to about 0.33, hue in degrees.</summary>
    private static (double L, double C, double H) ToOklch(byte red, byte green, byte blue)
    {
        (double r, double g, double b) = (s_linear[red], s_linear[green], s_linear[blue]);
        double l = Math.Cbrt((0.4122214708 * r) + (0.5363325363 * g) + (0.0514459929 * b));
        double m = Math.Cbrt((0.2119034982 * r) + (0.6806995451 * g) + (0.1073969566 * b));
        double s = Math.Cbrt((0.0883024619 * r) + (0.2817188376 * g) + (0.6299787005 * b));
        double lightness = (0.2104542553 * l) + (0.793617785 * m) - (0.0040720468 * s);
        double a = (1.9779984951 * l) - (2.428592205 * m) + (0.4505937099 * s);
        double yellow = (0.0259040371 * l) + (0.7827717662 * m) - (0.808675766 * s);
        return (lightness, Math.Sqrt((a * a) + (yellow * yellow)), ((Math.Atan2(yellow, a) * 180 / Math.PI) + 360) % 360);
    }

    private static string Name(double l, double c, double h)
    {
        // What is pale or dark needs more chroma before the eye calls it a hue.
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
