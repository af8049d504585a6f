namespace AttnGan.Training.Data.Shapes;

/// <summary>The shape of an object.</summary>
internal enum ShapeKind
{
    Circle,
    Square,
    Triangle,
    Star,
    Ring,
    Cross,
    Heart,
    Crescent,
}

/// <summary>The texture of an object.</summary>
internal enum ShapeTexture
{
    Plain,
    Striped,
    Dotted,
}

/// <summary>The size of an object.</summary>
internal enum ShapeSize
{
    Small,
    Large,
}

/// <summary>Where an object lies: alone in its image, or relative to the other object.</summary>
internal enum ShapePlace
{
    Center,
    Left,
    Right,
    Top,
    Bottom,
}

/// <summary>One object of a scene.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="Color">One of <see cref="ShapePalette.Colors"/>.</param>
/// <param name="Size">Its size.</param>
/// <param name="Texture">Its texture.</param>
/// <param name="Place">Its place.</param>
/// <param name="X">Column of its center, as a share of the image's side.</param>
/// <param name="Y">Row of its center, as a share of the image's side.</param>
/// <param name="Radius">Half of its extent, as a share of the image's side.</param>
internal sealed record ShapeObject(
    ShapeKind Shape, string Color, ShapeSize Size, ShapeTexture Texture, ShapePlace Place, double X, double Y, double Radius);

/// <summary>An image's content: one or two objects on a background of one color.</summary>
/// <param name="Background">One of <see cref="ShapePalette.Backgrounds"/>.</param>
/// <param name="Objects">The objects. Of two, the first one's place is relative to the second, and the reverse.</param>
internal sealed record ShapeScene(string Background, IReadOnlyList<ShapeObject> Objects)
{
    /// <summary>A name that scenes share whose captions may be the same; their images are not negatives of each other.</summary>
    public string Class => string.Join(
        " ",
        Objects
            .Select(item => $"{item.Size}-{item.Texture}-{item.Color}-{item.Shape}-{item.Place}".ToLowerInvariant())
            .Order(StringComparer.Ordinal)
            .Prepend(Background));
}
