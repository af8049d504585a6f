using AttnGan.Training.Data.Shapes;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// For captions of shape scenes (<c>attngan dataset make shapes</c>): the share of images that satisfy their caption in full, and the share
/// that satisfies each attribute. Scenes are recognized by <see cref="ShapeFinder"/>, without a network.
/// </summary>
internal sealed class ShapeAccuracy : IMetric
{
    private static readonly (string Name, string Title, Func<ObjectDescription, ShapeObject, bool?> Check)[] s_attributes =
    [
        ("shapes_color", "Shapes: color", (described, item) => described.Color == item.Color),
        ("shapes_shape", "Shapes: shape", (described, item) => described.Shape == item.Shape),
        ("shapes_size", "Shapes: size", (described, item) => described.Size is { } size ? size == item.Size : null),
        ("shapes_texture", "Shapes: texture", (described, item) => described.Texture is { } texture ? texture == item.Texture : null),
        ("shapes_place", "Shapes: place", (described, item) => described.Place is { } place ? place == item.Place : null),
    ];

    // Stands for an object that an image lacks, to ask which attributes a caption states.
    private static readonly ShapeObject s_none =
        new(ShapeKind.Circle, "", ShapeSize.Small, ShapeTexture.Plain, ShapePlace.Center, X: 0, Y: 0, Radius: 0);

    private readonly List<double?> _full = [];
    private readonly List<double> _one = [];
    private readonly List<double> _two = [];
    private readonly List<double> _backgrounds = [];
    private readonly List<double>[] _attributes = [.. s_attributes.Select(_ => new List<double>())];

    public static MetricDefinition Definition { get; } = new("shapes_accuracy", MetricInputs.None, _ => new ShapeAccuracy())
    {
        FindObstacle = context => context.Pairs.All(pair => ShapeCaptions.TryRead(pair.Caption, out ShapeDescription? _))
            ? null
            : "captions do not describe scenes of shapes (`attngan dataset make shapes`)",
    };

    public void Add(ImageBatch batch)
    {
        for (int i = 0; i < batch.Images.Count; i++)
        {
            if (ShapeCaptions.TryRead(batch.Pairs[i].Caption, out ShapeDescription? description))
            {
                Add(description, ShapeFinder.Find(batch.Images[i].Image));
            }
        }
    }

    public IEnumerable<MetricResult> Compute()
    {
        List<MetricResult> results =
        [
            Result(Definition.Name, "Shapes accuracy", [.. _full.OfType<double>()], "images that satisfy their caption in full", _full),
        ];
        AddIfAny("shapes_accuracy_one", "Shapes accuracy, one object", _one, "captions of one object, satisfied in full");
        AddIfAny("shapes_accuracy_two", "Shapes accuracy, two objects", _two, "captions of two objects, satisfied in full");
        AddIfAny("shapes_background", "Shapes: background", _backgrounds, "captions that state the background");
        foreach (((string name, string title, _), List<double> hits) in s_attributes.Zip(_attributes))
        {
            AddIfAny(name, title, hits, "described objects whose caption states it; objects that the image lacks count as wrong");
        }

        return results;

        void AddIfAny(string name, string title, List<double> hits, string note)
        {
            if (hits.Count > 0)
            {
                results.Add(Result(name, title, hits, note));
            }
        }
    }

    private void Add(ShapeDescription description, ShapeScene scene)
    {
        double full = description.Fits(scene) ? 1 : 0;
        _full.Add(full);
        (description.Objects.Count == 1 ? _one : _two).Add(full);
        if (description.Background is { } background)
        {
            _backgrounds.Add(background == scene.Background ? 1 : 0);
        }

        foreach ((ObjectDescription described, ShapeObject? item) in description.Objects.Zip(Assign(description.Objects, scene.Objects)))
        {
            foreach ((List<double> hits, (_, _, Func<ObjectDescription, ShapeObject, bool?> check)) in _attributes.Zip(s_attributes))
            {
                if (check(described, item ?? s_none) is { } hit)
                {
                    hits.Add(item is not null && hit ? 1 : 0);
                }
            }
        }
    }

    /// <summary>Assigns recognized objects to described ones so that most attributes agree; null for each one that is missing.</summary>
    private static ShapeObject?[] Assign(IReadOnlyList<ObjectDescription> described, IReadOnlyList<ShapeObject> found)
    {
        ShapeObject?[] candidates = [.. found, .. Enumerable.Repeat<ShapeObject?>(null, described.Count)];
        return described is [var first, var second]
            ? (from a in candidates
               from b in candidates
               where a is null || !ReferenceEquals(a, b)
               orderby Agreement(first, a) + Agreement(second, b) descending
               select new[] { a, b }).First()
            : [candidates.MaxBy(item => Agreement(described[0], item))];
    }

    // Any object agrees better than none.
    private static int Agreement(ObjectDescription described, ShapeObject? item) => item is null
        ? 0
        : 1 + s_attributes.Count(attribute => attribute.Check(described, item) is true);

    private static MetricResult Result(
        string name, string title, List<double> hits, string note, IReadOnlyList<double?>? perImage = null) => new(
        new MetricValue(
            name, title, hits.Average(), Deviation: null, HigherIsBetter: true, IsShare: true, Network: null, hits.Count, note),
        perImage);
}
