namespace AttnGan.Training.Data.Readers;

/// <summary>What a foreign layout says about its images.</summary>
/// <param name="Images">All usable images by name.</param>
/// <param name="Train">Images to learn from; null: the layout does not say.</param>
/// <param name="Validation">Images held out; null with <paramref name="Train"/>.</param>
internal sealed record SplitImages(
    IReadOnlyDictionary<string, CaptionedImage> Images,
    IReadOnlyList<CaptionedImage>? Train,
    IReadOnlyList<CaptionedImage>? Validation)
{
    public static readonly SplitImages None = new(new Dictionary<string, CaptionedImage>(), [], []);

    /// <summary>From images of each split; null images are those that could not be used.</summary>
    public static SplitImages Of(IEnumerable<CaptionedImage?> train, IEnumerable<CaptionedImage?> validation)
    {
        CaptionedImage[] first = Sort(train), second = Sort(validation);
        return new SplitImages(ByName(first.Concat(second)), first, second);
    }

    /// <summary>From images without a split.</summary>
    public static SplitImages Undivided(IEnumerable<CaptionedImage?> images) => new(ByName(Sort(images)), null, null);

    private static CaptionedImage[] Sort(IEnumerable<CaptionedImage?> images) =>
        [.. images.OfType<CaptionedImage>().OrderBy(image => image.Name, StringComparer.Ordinal)];

    private static Dictionary<string, CaptionedImage> ByName(IEnumerable<CaptionedImage> images)
    {
        var byName = new Dictionary<string, CaptionedImage>(StringComparer.Ordinal);
        foreach (CaptionedImage image in images)
        {
            // The same image twice is an error that was reported where its names were read.
            byName.TryAdd(image.Name, image);
        }

        return byName;
    }
}
