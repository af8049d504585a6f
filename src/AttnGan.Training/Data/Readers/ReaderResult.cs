namespace AttnGan.Training.Data.Readers;

/// <summary>The images that a reader found, and their split.</summary>
/// <param name="Images">All usable images by name.</param>
/// <param name="Train">Training images; null if the format specifies no split.</param>
/// <param name="Validation">Held-out images; null together with <paramref name="Train"/>.</param>
internal sealed record ReaderResult(
    IReadOnlyDictionary<string, CaptionedImage> Images,
    IReadOnlyList<CaptionedImage>? Train,
    IReadOnlyList<CaptionedImage>? Validation)
{
    public static readonly ReaderResult Empty = new(new Dictionary<string, CaptionedImage>(), [], []);

    /// <summary>Creates a result from the images of each split; null stands for an image that could not be used.</summary>
    public static ReaderResult WithSplit(IEnumerable<CaptionedImage?> train, IEnumerable<CaptionedImage?> validation)
    {
        CaptionedImage[] first = Sort(train), second = Sort(validation);
        return new ReaderResult(ByName(first.Concat(second)), first, second);
    }

    /// <summary>Creates a result from images without a split; null stands for an image that could not be used.</summary>
    public static ReaderResult WithoutSplit(IEnumerable<CaptionedImage?> images) => new(ByName(Sort(images)), null, null);

    private static CaptionedImage[] Sort(IEnumerable<CaptionedImage?> images) =>
        [.. images.OfType<CaptionedImage>().OrderBy(image => image.Name, StringComparer.Ordinal)];

    private static Dictionary<string, CaptionedImage> ByName(IEnumerable<CaptionedImage> images)
    {
        var byName = new Dictionary<string, CaptionedImage>(StringComparer.Ordinal);
        foreach (CaptionedImage image in images)
        {
            // A repeated image was reported when its name was read.
            byName.TryAdd(image.Name, image);
        }

        return byName;
    }
}
