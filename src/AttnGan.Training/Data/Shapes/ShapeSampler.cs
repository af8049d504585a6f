namespace AttnGan.Training.Data.Shapes;

/// <summary>Samples shape scenes. Some combinations are held out, to measure whether a model composes what it has seen apart.</summary>
internal static class ShapeSampler
{
    /// <summary>Colors and shapes that training and validation never show together.</summary>
    public static IReadOnlyList<(string Color, ShapeKind Shape)> HeldOutPairs { get; } =
    [
        ("purple", ShapeKind.Circle), ("orange", ShapeKind.Square), ("pink", ShapeKind.Triangle), ("green", ShapeKind.Star),
        ("red", ShapeKind.Ring), ("blue", ShapeKind.Cross), ("brown", ShapeKind.Heart), ("yellow", ShapeKind.Crescent),
    ];

    /// <summary>Shapes that training and validation never show together.</summary>
    public static IReadOnlyList<(ShapeKind First, ShapeKind Second)> HeldOutNeighbors { get; } =
    [
        (ShapeKind.Circle, ShapeKind.Star), (ShapeKind.Square, ShapeKind.Heart), (ShapeKind.Triangle, ShapeKind.Ring),
        (ShapeKind.Cross, ShapeKind.Crescent),
    ];

    /// <summary>Tests whether a scene shows a held-out combination.</summary>
    public static bool IsHeldOut(ShapeScene scene) =>
        scene.Objects.Any(item => HeldOutPairs.Contains((item.Color, item.Shape))) ||
        (scene.Objects is [var first, var second] &&
            (HeldOutNeighbors.Contains((first.Shape, second.Shape)) || HeldOutNeighbors.Contains((second.Shape, first.Shape))));

    /// <summary>Samples a scene: one object or two, each as likely.</summary>
    /// <param name="random">The source of chance.</param>
    /// <param name="heldOut">Whether the scene must show a held-out combination, or must show none.</param>
    public static ShapeScene Sample(ref CounterRandom random, bool heldOut)
    {
        while (true)
        {
            ShapeScene scene = Sample(ref random);
            if (IsHeldOut(scene) == heldOut)
            {
                return scene;
            }
        }
    }

    private static ShapeScene Sample(ref CounterRandom random)
    {
        string background = Pick(ref random, ShapePalette.Backgrounds);
        if (random.NextBool())
        {
            var place = (ShapePlace)random.Next(Enum.GetValues<ShapePlace>().Length);
            return new ShapeScene(background, [SampleObject(ref random, background, place, Offset(place, 0.24))]);
        }

        bool vertical = random.NextBool();
        (ShapePlace one, ShapePlace other) = vertical ? (ShapePlace.Top, ShapePlace.Bottom) : (ShapePlace.Left, ShapePlace.Right);
        if (random.NextBool())
        {
            (one, other) = (other, one);
        }

        return new ShapeScene(
            background,
            [
                SampleObject(ref random, background, one, Offset(one, 0.25)),
                SampleObject(ref random, background, other, Offset(other, 0.25)),
            ]);
    }

    private static ShapeObject SampleObject(ref CounterRandom random, string background, ShapePlace place, (double X, double Y) offset)
    {
        string color;
        do
        {
            color = Pick(ref random, ShapePalette.Colors);
        }
        while (color == background);

        var size = (ShapeSize)random.Next(2);
        var shape = (ShapeKind)random.Next(Enum.GetValues<ShapeKind>().Length);

        // Half of the objects are plain.
        ShapeTexture texture = random.NextBool() ? ShapeTexture.Plain : (ShapeTexture)(1 + random.Next(2));
        double radius = size == ShapeSize.Small ? Between(ref random, 0.11, 0.125) : Between(ref random, 0.19, 0.21);
        return new ShapeObject(
            shape,
            color,
            size,
            texture,
            place,
            Math.Round(0.5 + offset.X + Between(ref random, -0.025, 0.025), 3),
            Math.Round(0.5 + offset.Y + Between(ref random, -0.025, 0.025), 3),
            radius);
    }

    private static (double X, double Y) Offset(ShapePlace place, double distance) => place switch
    {
        ShapePlace.Left => (-distance, 0),
        ShapePlace.Right => (distance, 0),
        ShapePlace.Top => (0, -distance),
        ShapePlace.Bottom => (0, distance),
        _ => (0, 0),
    };

    private static string Pick(ref CounterRandom random, IReadOnlyList<string> items) => items[random.Next(items.Count)];

    // In steps of a thousandth: numbers that metadata can hold exactly.
    private static double Between(ref CounterRandom random, double least, double most)
    {
        int steps = (int)Math.Round((most - least) * 1000);
        return Math.Round(least + (random.Next(steps + 1) / 1000.0), 3);
    }
}
