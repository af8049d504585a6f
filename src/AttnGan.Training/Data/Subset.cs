namespace AttnGan.Training.Data;

/// <summary>A part that stands for the whole.</summary>
internal static class Subset
{
    /// <summary>Some images, spread over the whole list: neighbors are often of one class.</summary>
    /// <param name="images">All that there are.</param>
    /// <param name="most">How many at most; 0 for all.</param>
    public static IReadOnlyList<CaptionedImage> Choose(IReadOnlyList<CaptionedImage> images, int most) =>
        most == 0 || images.Count <= most
            ? images
            : [.. Enumerable.Range(0, most).Select(i => images[(int)((long)i * images.Count / most)])];
}
