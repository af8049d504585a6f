namespace AttnGan.Training.Data.Readers;

/// <summary>The images that a reader found, and their split.</summary>
/// <param name="Images">All usable images by name.</param>
/// <param name="Train">Training images; null if the format specifies no split.</param>
/// <param name="Validation">Held-out images; null together with <paramref name="Train"/>.</param>
/// <param name="Test">Images of a third split, which are neither trained nor validated with; null if there is none.</param>
internal sealed record ReaderResult(
    IReadOnlyDictionary<string, CaptionedImage> Images,
    IReadOnlyList<CaptionedImage>? Train,
    IReadOnlyList<CaptionedImage>? Validation,
    IReadOnlyList<CaptionedImage>? Test = null)
{
    public static readonly ReaderResult Empty = new(new Dictionary<string, CaptionedImage>(), [], []);

    /// <summary>Creates a result from the images of each split; null stands for an image that could not be used.</summary>
    public static ReaderResult WithSplit(IEnumerable<CaptionedImage?> train, IEnumerable<CaptionedImage?> validation)
    {
        CaptionedImage[] first = Sort(train), second = Sort(validation);
        return new ReaderResult(ByName(first.Concat(second)), first, second);
    }

    /// <summary>
    /// Creates a result from images with their splits. Test images are validated with if there are no others; images without a split are
    /// trained with if others have one. If none is to be trained with, the result has no split.
    /// </summary>
    /// <param name="images">Images with their splits.</param>
    /// <param name="all">All images, if some belong to no split; null: those of <paramref name="images"/>.</param>
    public static ReaderResult BySplit(
        IEnumerable<(CaptionedImage Image, DatasetSplit? Split)> images, IEnumerable<CaptionedImage>? all = null)
    {
        (CaptionedImage Image, DatasetSplit? Split)[] entries = [.. images];
        CaptionedImage[] train = Of(DatasetSplit.Train), validation = Of(DatasetSplit.Validation), test = Of(DatasetSplit.Test);
        Dictionary<string, CaptionedImage> byName = ByName(Sort(all ?? entries.Select(entry => entry.Image)));
        return train.Length == 0 || validation.Length + test.Length == 0 ? new ReaderResult(byName, null, null)
            : validation.Length == 0 ? new ReaderResult(byName, train, test)
            : new ReaderResult(byName, train, validation, test.Length == 0 ? null : test);

        CaptionedImage[] Of(DatasetSplit split) =>
            Sort(entries.Where(entry => (entry.Split ?? DatasetSplit.Train) == split).Select(entry => entry.Image));
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
