namespace AttnGan.Training.Data;

/// <summary>A part that stands for the whole.</summary>
internal static class Subset
{
    /// <summary>Some pictures, spread over the whole list: neighbours are often of one class.</summary>
    /// <param name="pictures">All that there are.</param>
    /// <param name="most">How many at most; 0 for all.</param>
    public static IReadOnlyList<CaptionedImage> Choose(IReadOnlyList<CaptionedImage> pictures, int most) =>
        most == 0 || pictures.Count <= most
            ? pictures
            : [.. Enumerable.Range(0, most).Select(i => pictures[(int)((long)i * pictures.Count / most)])];
}
