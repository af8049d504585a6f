namespace AttnGan.Training.Data.Readers;

/// <summary>What a foreign layout says about its pictures.</summary>
/// <param name="Images">All usable pictures by name.</param>
/// <param name="Train">Pictures to learn from; null: the layout does not say.</param>
/// <param name="Validation">Pictures held out; null with <paramref name="Train"/>.</param>
internal sealed record SplitPictures(
    IReadOnlyDictionary<string, CaptionedImage> Images,
    IReadOnlyList<CaptionedImage>? Train,
    IReadOnlyList<CaptionedImage>? Validation)
{
    public static readonly SplitPictures None = new(new Dictionary<string, CaptionedImage>(), [], []);

    /// <summary>From pictures of each split; null pictures are those that could not be used.</summary>
    public static SplitPictures Of(IEnumerable<CaptionedImage?> train, IEnumerable<CaptionedImage?> validation)
    {
        CaptionedImage[] first = Sort(train), second = Sort(validation);
        return new SplitPictures(ByName(first.Concat(second)), first, second);
    }

    /// <summary>From pictures without a split.</summary>
    public static SplitPictures Undivided(IEnumerable<CaptionedImage?> images) => new(ByName(Sort(images)), null, null);

    private static CaptionedImage[] Sort(IEnumerable<CaptionedImage?> images) =>
        [.. images.OfType<CaptionedImage>().OrderBy(image => image.Name, StringComparer.Ordinal)];

    private static Dictionary<string, CaptionedImage> ByName(IEnumerable<CaptionedImage> images)
    {
        var byName = new Dictionary<string, CaptionedImage>(StringComparer.Ordinal);
        foreach (CaptionedImage image in images)
        {
            // The same picture twice is an error that was reported where its names were read.
            byName.TryAdd(image.Name, image);
        }

        return byName;
    }
}
