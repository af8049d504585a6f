namespace AttnGan.Training.Data.Readers;

/// <summary>
/// Sets a class aside that all images share. Images of one class are not treated as negatives of each other, so nothing would be left to
/// learn from, and no image could be held out.
/// </summary>
internal static class SharedClass
{
    /// <summary>Returns the result without classes if all training images have the same one, with a warning.</summary>
    public static ReaderResult SetAside(DatasetFolder folder, ReaderResult result)
    {
        IReadOnlyCollection<CaptionedImage> learned = result.Train ?? [.. result.Images.Values];
        if (learned.Count < 2 || learned.First().Class is not { } shared || learned.Any(image => image.Class != shared))
        {
            return result;
        }

        folder.Warn(
            "(classes)",
            $"all {learned.Count} {(result.Train is null ? "" : "training ")}images are of class '{shared}'. Images of one class are not " +
            "negatives of each other, so nothing could be learned: classes are ignored. Remove them, or give each image the class of " +
            "what it shows.");
        return new ReaderResult(
            result.Images.ToDictionary(pair => pair.Key, pair => WithoutClass(pair.Value), StringComparer.Ordinal),
            WithoutClasses(result.Train),
            WithoutClasses(result.Validation),
            WithoutClasses(result.Test));
    }

    private static CaptionedImage[]? WithoutClasses(IReadOnlyList<CaptionedImage>? images) =>
        images is null ? null : [.. images.Select(WithoutClass)];

    private static CaptionedImage WithoutClass(CaptionedImage image) => image with { Class = null };
}
