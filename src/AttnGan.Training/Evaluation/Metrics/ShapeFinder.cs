using AttnGan.Imaging;
using AttnGan.Training.Data.Shapes;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// Recognizes shape scenes (<see cref="ShapeDataset"/>) without a network: separates objects from the background by color and connected
/// area, and names color, texture, shape, size and place of each.
/// </summary>
internal static class ShapeFinder
{
    // Distances in OKLab. A pixel nearer to the background than this belongs to it.
    private const double MinContrast = 0.075;

    // What a second tone must gain a pixel over a plain color, to be a texture rather than a soft edge.
    private const double MinTextureGain = 0.012;

    // Areas of less than this share of the image are specks.
    private const double MinArea = 0.004;

    // Between the largest small object and the smallest large one.
    private const double LargeRadius = 0.1575;

    // An object nearer to the middle than this share of the side is in the center.
    private const double CenterRadius = 0.125;

    private static readonly (string Color, Oklab First, Oklab Second)[] s_tones =
        [.. ShapePalette.Colors.Select(color => (color, Oklab.Of(ShapePalette.Of(color)), Oklab.Of(ShapePalette.SecondToneOf(color))))];

    private static readonly Outline[] s_outlines = [.. Enum.GetValues<ShapeKind>().Select(Outline.Of)];

    /// <summary>Recognizes a scene.</summary>
    /// <param name="image">A square image of at least <see cref="ShapeDataset.MinSize"/> pixels.</param>
    /// <returns>The scene, with as many objects as the image shows; none in an empty image.</returns>
    public static ShapeScene Find(RgbImage image) => FindAreas(image).Scene;

    /// <summary>Recognizes a scene and the pixels of each object.</summary>
    /// <param name="image">As in <see cref="Find"/>.</param>
    /// <returns>The scene, and the pixels of its objects in their order, as row times width plus column.</returns>
    public static (ShapeScene Scene, IReadOnlyList<IReadOnlyList<int>> Areas) FindAreas(RgbImage image)
    {
        int size = image.Width;
        Oklab[] pixels = [.. Enumerable.Range(0, size * size).Select(i => Oklab.Of(
            image.Pixels[3 * i], image.Pixels[(3 * i) + 1], image.Pixels[(3 * i) + 2]))];
        Oklab background = BorderColor(pixels, size);
        bool[] foreground = [.. pixels.Select(pixel => pixel.DistanceTo(background) > MinContrast)];
        List<List<int>> areas = [.. Components(foreground, size).Where(component => component.Count >= MinArea * size * size)];
        List<ShapeObject> objects = areas.ConvertAll(area => Recognize(area, pixels, background, size));
        var scene = new ShapeScene(
            s_tones.MinBy(tone => tone.First.DistanceTo(background)).Color,
            objects is [var first, var second] ? Relate(first, second) : objects);
        return (scene, areas);
    }

    /// <summary>The median of the border's pixels, for each coordinate.</summary>
    private static Oklab BorderColor(Oklab[] pixels, int size)
    {
        Oklab[] border =
        [
            .. pixels.Where((_, i) => i % size == 0 || i % size == size - 1 || i < size || i >= size * (size - 1)),
        ];
        return new Oklab(Median(pixel => pixel.L), Median(pixel => pixel.A), Median(pixel => pixel.B));

        double Median(Func<Oklab, double> coordinate) => border.Select(coordinate).Order().ElementAt(border.Length / 2);
    }

    /// <summary>Connected areas. Pixels up to two apart are connected, so that faint stripes do not cut an object.</summary>
    private static IEnumerable<List<int>> Components(bool[] foreground, int size)
    {
        const int Reach = 2;
        bool[] visited = new bool[foreground.Length];
        for (int start = 0; start < foreground.Length; start++)
        {
            if (!foreground[start] || visited[start])
            {
                continue;
            }

            List<int> component = [];
            Stack<int> open = new([start]);
            visited[start] = true;
            while (open.TryPop(out int at))
            {
                component.Add(at);
                (int y, int x) = Math.DivRem(at, size);
                for (int row = Math.Max(0, y - Reach); row <= Math.Min(size - 1, y + Reach); row++)
                {
                    for (int column = Math.Max(0, x - Reach); column <= Math.Min(size - 1, x + Reach); column++)
                    {
                        int next = (row * size) + column;
                        if (foreground[next] && !visited[next])
                        {
                            visited[next] = true;
                            open.Push(next);
                        }
                    }
                }
            }

            yield return component;
        }
    }

    private static ShapeObject Recognize(List<int> component, Oklab[] pixels, Oklab background, int size)
    {
        HashSet<int> all = [.. component];
        int[] neighbors = [-1, 1, -size, size];
        List<int> interior = [.. component.Where(at => neighbors.All(step => all.Contains(at + step)))];
        IReadOnlyList<int> colored = interior.Count * 4 >= component.Count ? interior : component;
        (string color, bool textured, Oklab first, Oklab second) = NameColor(colored, pixels);

        // Pixels at least half covered by the object are inside.
        double contrast = textured
            ? Math.Min(first.DistanceTo(background), second.DistanceTo(background))
            : first.DistanceTo(background);
        HashSet<int> inside = [.. component.Where(at => pixels[at].DistanceTo(background) >= contrast / 2)];
        var box = Box.Of(inside.Count > 0 ? inside : all, size);
        (Outline outline, double x, double y, double radius) = s_outlines
            .Select(candidate => (Outline: candidate, Place: candidate.Fit(box)))
            .Select(fit => (fit.Outline, fit.Place.X, fit.Place.Y, fit.Place.Radius))
            .MaxBy(fit => fit.Outline.Overlap(inside, box, fit.X, fit.Y, fit.Radius, size));
        (double centerX, double centerY) = (x / size, y / size);
        return new ShapeObject(
            outline.Shape,
            color,
            radius / size < LargeRadius ? ShapeSize.Small : ShapeSize.Large,
            textured ? NameTexture(colored, pixels, first, second, size) : ShapeTexture.Plain,
            PlaceOf(centerX - 0.5, centerY - 0.5),
            centerX,
            centerY,
            radius / size);
    }

    /// <summary>Names the color whose one tone, or two tones, explain the pixels best.</summary>
    private static (string Color, bool Textured, Oklab First, Oklab Second) NameColor(IReadOnlyList<int> area, Oklab[] pixels)
    {
        (string Color, bool Textured, Oklab First, Oklab Second) best = default;
        double smallest = double.PositiveInfinity;
        foreach ((string color, Oklab first, Oklab second) in s_tones)
        {
            (double plain, double textured, int seconds) = (0, 0, 0);
            foreach (int at in area)
            {
                double toFirst = pixels[at].DistanceTo(first);
                double between = DistanceToMixture(pixels[at], first, second);
                plain += toFirst;
                textured += between;
                seconds += pixels[at].DistanceTo(second) < toFirst ? 1 : 0;
            }

            double share = (double)seconds / area.Count;
            Consider(color, false, first, second, plain / area.Count);
            if (share is > 0.08 and < 0.75)
            {
                Consider(color, true, first, second, (textured / area.Count) + MinTextureGain);
            }
        }

        return best;

        void Consider(string color, bool textured, Oklab first, Oklab second, double error)
        {
            if (error < smallest)
            {
                (best, smallest) = ((color, textured, first, second), error);
            }
        }
    }

    /// <summary>The distance to the nearest mixture of two tones: borders within a texture are mixtures.</summary>
    private static double DistanceToMixture(Oklab pixel, Oklab first, Oklab second)
    {
        double share = ShareOfSecond(pixel, first, second);
        return pixel.DistanceTo(new Oklab(
            first.L + (share * (second.L - first.L)), first.A + (share * (second.A - first.A)), first.B + (share * (second.B - first.B))));
    }

    /// <summary>How much of the second tone the nearest mixture has, [0, 1].</summary>
    private static double ShareOfSecond(Oklab pixel, Oklab first, Oklab second)
    {
        (double l, double a, double b) = (second.L - first.L, second.A - first.A, second.B - first.B);
        double along = ((pixel.L - first.L) * l) + ((pixel.A - first.A) * a) + ((pixel.B - first.B) * b);
        return Math.Clamp(along / ((l * l) + (a * a) + (b * b)), 0, 1);
    }

    /// <summary>Stripes change from row to row and not from column to column; dots change as much along both.</summary>
    private static ShapeTexture NameTexture(IReadOnlyList<int> area, Oklab[] pixels, Oklab first, Oklab second, int size)
    {
        HashSet<int> all = [.. area];
        return MeanChange(1) < 0.4 * MeanChange(size) ? ShapeTexture.Striped : ShapeTexture.Dotted;

        // Of the share of the second tone, between pixels and their neighbors.
        double MeanChange(int step) => area
            .Where(at => all.Contains(at + step))
            .Select(at => Math.Abs(ShareOfSecond(pixels[at], first, second) - ShareOfSecond(pixels[at + step], first, second)))
            .DefaultIfEmpty(0)
            .Average();
    }

    private static ShapePlace PlaceOf(double x, double y) =>
        Math.Max(Math.Abs(x), Math.Abs(y)) < CenterRadius ? ShapePlace.Center : Direction(x, y);

    private static ShapePlace Direction(double x, double y) => Math.Abs(x) > Math.Abs(y)
        ? x < 0 ? ShapePlace.Left : ShapePlace.Right
        : y < 0 ? ShapePlace.Top : ShapePlace.Bottom;

    /// <summary>Of two objects, places are relative to each other.</summary>
    private static ShapeObject[] Relate(ShapeObject first, ShapeObject second) =>
    [
        first with { Place = Direction(first.X - second.X, first.Y - second.Y) },
        second with { Place = Direction(second.X - first.X, second.Y - first.Y) },
    ];

    /// <summary>Columns and rows of an area; right and bottom are exclusive.</summary>
    private readonly record struct Box(int Left, int Top, int Right, int Bottom)
    {
        public static Box Of(IReadOnlyCollection<int> area, int size) => new(
            area.Min(at => at % size), area.Min(at => at / size), area.Max(at => at % size) + 1, area.Max(at => at / size) + 1);
    }

    /// <summary>A shape and its extent in the square from -1 to 1.</summary>
    private sealed record Outline(ShapeKind Shape, double Left, double Top, double Right, double Bottom)
    {
        public static Outline Of(ShapeKind shape)
        {
            const int Steps = 400;
            (double X, double Y)[] inside =
            [
                .. from row in Enumerable.Range(0, Steps)
                   from column in Enumerable.Range(0, Steps)
                   let point = (X: (((column + 0.5) / Steps) * 2.4) - 1.2, Y: (((row + 0.5) / Steps) * 2.4) - 1.2)
                   where ShapeGeometry.Contains(shape, point.X, point.Y)
                   select point,
            ];
            return new Outline(
                shape,
                inside.Min(point => point.X),
                inside.Min(point => point.Y),
                inside.Max(point => point.X),
                inside.Max(point => point.Y));
        }

        /// <summary>Center and radius, in pixels, with which the shape fills a box best.</summary>
        public (double X, double Y, double Radius) Fit(Box box)
        {
            double radius = ((box.Right - box.Left) + (box.Bottom - box.Top)) / ((Right - Left) + (Bottom - Top));
            return (
                ((box.Left + box.Right) / 2.0) - (radius * (Left + Right) / 2),
                ((box.Top + box.Bottom) / 2.0) - (radius * (Top + Bottom) / 2),
                radius);
        }

        /// <summary>Intersection over union of an area and the shape.</summary>
        public double Overlap(HashSet<int> area, Box box, double x, double y, double radius, int size)
        {
            (int both, int either) = (0, 0);
            for (int row = Math.Max(0, box.Top - 2); row < Math.Min(size, box.Bottom + 2); row++)
            {
                for (int column = Math.Max(0, box.Left - 2); column < Math.Min(size, box.Right + 2); column++)
                {
                    bool inArea = area.Contains((row * size) + column);
                    bool inShape = ShapeGeometry.Contains(Shape, (column + 0.5 - x) / radius, (row + 0.5 - y) / radius);
                    both += inArea && inShape ? 1 : 0;
                    either += inArea || inShape ? 1 : 0;
                }
            }

            return either == 0 ? 0 : (double)both / either;
        }
    }
}
