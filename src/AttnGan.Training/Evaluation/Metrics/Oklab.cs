using AttnGan.Imaging;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>A color in OKLab, in which equal distances look equal (the Cartesian form of OKLCH).</summary>
/// <param name="L">Lightness, [0, 1].</param>
/// <param name="A">Green to red.</param>
/// <param name="B">Blue to yellow.</param>
internal readonly record struct Oklab(double L, double A, double B)
{
    private static readonly double[] s_linear = [.. Enumerable.Range(0, 256).Select(value => ToLinear(value / 255.0))];

    /// <summary>Converts an sRGB color.</summary>
    public static Oklab Of(byte red, byte green, byte blue)
    {
        (double r, double g, double b) = (s_linear[red], s_linear[green], s_linear[blue]);
        double l = Math.Cbrt((0.4122214708 * r) + (0.5363325363 * g) + (0.0514459929 * b));
        double m = Math.Cbrt((0.2119034982 * r) + (0.6806995451 * g) + (0.1073969566 * b));
        double s = Math.Cbrt((0.0883024619 * r) + (0.2817188376 * g) + (0.6299787005 * b));
        return new Oklab(
            (0.2104542553 * l) + (0.793617785 * m) - (0.0040720468 * s),
            (1.9779984951 * l) - (2.428592205 * m) + (0.4505937099 * s),
            (0.0259040371 * l) + (0.7827717662 * m) - (0.808675766 * s));
    }

    /// <summary>Converts an sRGB color.</summary>
    public static Oklab Of(RgbColor color) => Of(color.R, color.G, color.B);

    /// <summary>The distance of two colors; about 0.02 is just noticeable, black and white are 1 apart.</summary>
    public double DistanceTo(Oklab other)
    {
        (double l, double a, double b) = (L - other.L, A - other.A, B - other.B);
        return Math.Sqrt((l * l) + (a * a) + (b * b));
    }

    private static double ToLinear(double value) => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
}
