namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>Whether a picture is mostly of the colour that its caption asks for.</summary>
internal static class ColorAccuracy
{
    /// <summary>The number of the one colour that a caption names (<see cref="BasicColors"/>); null for none and for several.</summary>
    /// <param name="words">The caption's words.</param>
    public static int? AskedFor(IEnumerable<string> words)
    {
        int?[] colors = [.. words.Select(BasicColors.IndexOf).Where(color => color is not null).Distinct().Take(2)];
        return colors is [var only] ? only : null;
    }
}
