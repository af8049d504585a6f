namespace AttnGan.Training.Data.Shapes;

/// <summary>
/// The outlines of shapes and their textures, as tests of single points. They use the four basic operations and comparisons alone, so that
/// every machine renders the same bytes.
/// </summary>
internal static class ShapeGeometry
{
    // Corners of a five-pointed star: sines and cosines of multiples of 36 degrees, times 1 and 0.42.
    private static readonly (double X, double Y)[] s_star =
    [
        (0, -1), (0.2468698, -0.3397871), (0.9510565, -0.3090170), (0.3994437, 0.1297871), (0.5877853, 0.8090170),
        (0, 0.42), (-0.5877853, 0.8090170), (-0.3994437, 0.1297871), (-0.9510565, -0.3090170), (-0.2468698, -0.3397871),
    ];

    /// <summary>Tests whether a point lies in a shape.</summary>
    /// <param name="shape">The shape, with its center at the origin, in a square from -1 to 1.</param>
    /// <param name="x">To the right.</param>
    /// <param name="y">Down.</param>
    public static bool Contains(ShapeKind shape, double x, double y) => shape switch
    {
        ShapeKind.Circle => Squared(x, y) <= 1,
        ShapeKind.Square => Math.Abs(x) <= 0.86 && Math.Abs(y) <= 0.86,
        ShapeKind.Triangle => y is >= -1 and <= 0.8 && Math.Abs(x) * 1.8 <= y + 1,
        ShapeKind.Star => InPolygon(s_star, x, y - 0.05),
        ShapeKind.Ring => Squared(x, y) is <= 1 and >= 0.3025,
        ShapeKind.Cross => (Math.Abs(x) <= 0.32 && Math.Abs(y) <= 1) || (Math.Abs(y) <= 0.32 && Math.Abs(x) <= 1),
        ShapeKind.Heart => InHeart(x * 1.15, (0.12 - y) * 1.15),
        ShapeKind.Crescent => Squared(x, y) <= 1 && Squared(x - 0.5, y) > 0.64,
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "Must be a shape."),
    };

    /// <summary>Tests whether a point of a texture has the second tone.</summary>
    /// <param name="texture">The texture.</param>
    /// <param name="x">Pixels to the right of the object's center.</param>
    /// <param name="y">Pixels below it.</param>
    /// <param name="period">Pixels from one stripe or dot to the next.</param>
    public static bool HasSecondTone(ShapeTexture texture, double x, double y, double period)
    {
        (double u, double v) = (Fraction(x / period), Fraction(y / period));
        return texture switch
        {
            ShapeTexture.Plain => false,
            ShapeTexture.Striped => v < 0.5,
            ShapeTexture.Dotted => Squared(u - 0.5, v - 0.5) < 0.085,
            _ => throw new ArgumentOutOfRangeException(nameof(texture), texture, "Must be a texture."),
        };
    }

    private static double Squared(double x, double y) => (x * x) + (y * y);

    private static double Fraction(double value) => value - Math.Floor(value);

    /// <summary>The curve (x² + y² - 1)³ = x² y³, with y up.</summary>
    private static bool InHeart(double x, double y)
    {
        double a = Squared(x, y) - 1;
        return (a * a * a) - (x * x * y * y * y) <= 0;
    }

    /// <summary>Even-odd rule.</summary>
    private static bool InPolygon((double X, double Y)[] corners, double x, double y)
    {
        bool inside = false;
        for (int i = 0, j = corners.Length - 1; i < corners.Length; j = i++)
        {
            ((double ax, double ay), (double bx, double by)) = (corners[i], corners[j]);
            if (ay > y != by > y && x < ((bx - ax) * (y - ay) / (by - ay)) + ax)
            {
                inside = !inside;
            }
        }

        return inside;
    }
}
