namespace AttnGan.Training.Data;

/// <summary>Representative subsets of images.</summary>
internal static class Subset
{
    /// <summary>Returns images at even intervals of the list, because neighbors often share a class.</summary>
    /// <param name="images">All images.</param>
    /// <param name="max">The maximum number of images; 0 for all.</param>
    public static IReadOnlyList<CaptionedImage> Choose(IReadOnlyList<CaptionedImage> images, int max) =>
        max == 0 || images.Count <= max
            ? images
            : [.. Enumerable.Range(0, max).Select(i => images[(int)((long)i * images.Count / max)])];
}
