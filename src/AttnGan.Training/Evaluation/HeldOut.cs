using AttnGan.Training.Data;

namespace AttnGan.Training.Evaluation;

/// <summary>The held-out pictures that a training is measured with.</summary>
internal static class HeldOut
{
    /// <summary>Some pictures, spread over the whole list: neighbours are often of one class.</summary>
    /// <param name="pictures">All that are held out.</param>
    /// <param name="most">How many at most; 0 for all.</param>
    public static IReadOnlyList<CaptionedImage> Choose(IReadOnlyList<CaptionedImage> pictures, int most) =>
        most == 0 || pictures.Count <= most
            ? pictures
            : [.. Enumerable.Range(0, most).Select(i => pictures[(int)((long)i * pictures.Count / most)])];
}
