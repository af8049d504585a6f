using AttnGan.Training.Configuration;

namespace AttnGan.Training.Data.Readers;

/// <summary>A random split for datasets that specify none.</summary>
internal static class FractionSplit
{
    /// <summary>Holds out whole classes until the fraction is reached; at least one class stays on each side.</summary>
    public static (IReadOnlyList<CaptionedImage> Train, IReadOnlyList<CaptionedImage> Validation) Apply(
        IEnumerable<CaptionedImage> images, DataConfig config)
    {
        CaptionedImage[] sorted = [.. images.OrderBy(image => image.Name, StringComparer.Ordinal)];
        CaptionedImage[][] groups =
        [
            .. sorted
                .GroupBy(image => image.Class is null ? (IsClass: false, Key: image.Name) : (IsClass: true, Key: image.Class))
                .OrderBy(group => group.Key.Key, StringComparer.Ordinal)
                .ThenBy(group => group.Key.IsClass)
                .Select(group => group.ToArray()),
        ];
        new CounterRandom(config.SplitSeed, RandomStream.Split).Shuffle(groups.AsSpan());

        double fraction = config.ValidationFraction;
        int wanted = fraction > 0 ? Math.Max(1, (int)Math.Round(fraction * sorted.Length)) : 0;
        var validation = new List<CaptionedImage>();
        int next = 0;
        for (; next < groups.Length - 1 && validation.Count < wanted; next++)
        {
            validation.AddRange(groups[next]);
        }

        return (
            [.. groups.Skip(next).SelectMany(group => group).OrderBy(image => image.Name, StringComparer.Ordinal)],
            [.. validation.OrderBy(image => image.Name, StringComparer.Ordinal)]);
    }
}
