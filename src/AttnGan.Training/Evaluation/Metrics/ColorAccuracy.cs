namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>Whether an image is mostly of the color that its caption asks for.</summary>
internal static class ColorAccuracy
{
    /// <summary>The number of the one color that a caption names (<see cref="BasicColors"/>); null for none and for several.</summary>
    /// <param name="words">The caption's words.</param>
    public static int? AskedFor(IEnumerable<string> words)
    {
        int?[] colors = [.. words.Select(BasicColors.IndexOf).Where(color => color is not null).Distinct().Take(2)];
        return colors is [var only] ? only : null;
    }
}
