using AttnGan.Training.Data;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>What the real images of a split show, by image and by caption.</summary>
internal sealed class ThingIndex
{
    private readonly Dictionary<string, HashSet<int>> _byCaption = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _rows = new(StringComparer.Ordinal);
    private readonly int[] _styles;

    private ThingIndex(IReadOnlyList<CaptionedImage> images)
    {
        Things = Number(images, image => image.Shown);
        _styles = Number(images, image => image.Style);
        HasStyles = images.Any(image => image.Style is not null);
        for (int row = 0; row < images.Count; row++)
        {
            _rows[images[row].Name] = row;
            foreach (string caption in images[row].Captions)
            {
                if (!_byCaption.TryGetValue(caption, out HashSet<int>? things))
                {
                    _byCaption[caption] = things = [];
                }

                things.Add(Things[row]);
            }
        }
    }

    /// <summary>Returns true if images name at least 2 different things, without which nothing is recognized.</summary>
    public static bool IsPossible(IEnumerable<CaptionedImage> images) =>
        images.Select(image => image.Shown).OfType<string>().Distinct().Take(2).Count() == 2;

    /// <summary>The thing of each image, as a number. An image that names none is a thing by itself.</summary>
    public IReadOnlyList<int> Things { get; }

    /// <summary>True if some image has a style.</summary>
    public bool HasStyles { get; }

    /// <summary>Describes which images a real image must not be recognized by.</summary>
    public string LeftOut => HasStyles
        ? "images of the same style are left out for each"
        : "the image itself is left out for each; an altered copy of it in the split is recognized";

    public static ThingIndex Of(IReadOnlyList<CaptionedImage> images) => new(images);

    /// <summary>Returns the things that a caption names: those of all images that it describes.</summary>
    public IReadOnlySet<int> Named(string caption) => _byCaption[caption];

    /// <summary>Returns the number of an image.</summary>
    public int RowOf(CaptionedImage image) => _rows[image.Name];

    /// <summary>Returns true for images of the same style, and for an image and itself.</summary>
    public bool IsOfSameStyle(int first, int second) => _styles[first] == _styles[second];

    /// <summary>Numbers the distinct names; an image without one gets a number of its own.</summary>
    private static int[] Number(IReadOnlyList<CaptionedImage> images, Func<CaptionedImage, string?> nameOf)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. images.Select((image, i) => nameOf(image) is { } name ? numbers.TryAdd(name, i) ? i : numbers[name] : i)];
    }
}
