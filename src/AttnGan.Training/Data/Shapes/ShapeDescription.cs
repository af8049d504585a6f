namespace AttnGan.Training.Data.Shapes;

/// <summary>The attributes of one object that a caption states; null for those left open.</summary>
internal sealed record ObjectDescription
{
    public required string Color { get; init; }

    public required ShapeKind Shape { get; init; }

    public ShapeSize? Size { get; init; }

    public ShapeTexture? Texture { get; init; }

    public ShapePlace? Place { get; init; }

    /// <summary>Tests whether an object is as described.</summary>
    public bool Fits(ShapeObject item) =>
        item.Color == Color && item.Shape == Shape && (Size ?? item.Size) == item.Size && (Texture ?? item.Texture) == item.Texture &&
        (Place ?? item.Place) == item.Place;
}

/// <summary>The attributes of a scene that a caption states; null for those left open.</summary>
/// <param name="Background">The color of the background.</param>
/// <param name="Objects">All objects of the scene.</param>
internal sealed record ShapeDescription(string? Background, IReadOnlyList<ObjectDescription> Objects)
{
    /// <summary>Tests whether a scene is as described in full.</summary>
    public bool Fits(ShapeScene scene) =>
        (Background ?? scene.Background) == scene.Background && scene.Objects.Count == Objects.Count && Match(scene) is not null;

    /// <summary>Assigns the scene's objects to the described ones.</summary>
    /// <returns>The objects in the order of the description; null if no assignment fits.</returns>
    public IReadOnlyList<ShapeObject>? Match(ShapeScene scene)
    {
        IReadOnlyList<ShapeObject>[] orders = scene.Objects is [var first, var second]
            ? [[first, second], [second, first]]
            : [scene.Objects];
        return orders.FirstOrDefault(order =>
            order.Count == Objects.Count && order.Zip(Objects, (item, described) => described.Fits(item)).All(fits => fits));
    }
}
