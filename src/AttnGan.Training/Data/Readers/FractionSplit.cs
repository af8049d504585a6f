using AttnGan.Training.Configuration;

namespace AttnGan.Training.Data.Readers;

/// <summary>A random split for datasets that specify none.</summary>
internal static class FractionSplit
{
    /// <summary>
    /// Holds out whole classes until the fraction is reached. If only one class would be left to train on, which has no negatives, images
    /// are held out regardless of their classes.
    /// </summary>
    public static (IReadOnlyList<CaptionedImage> Train, IReadOnlyList<CaptionedImage> Validation) Apply(
        IEnumerable<CaptionedImage> images, DataConfig config)
    {
        CaptionedImage[] sorted = [.. images.OrderBy(image => image.Name, StringComparer.Ordinal)];
        CaptionedImage[][] groups = Shuffle(sorted, image => image.Class, config);
        int held = CountHeld(groups, sorted.Length, config);
        if (held == groups.Length - 1 && held > 0 && groups[held].Length > 1)
        {
            groups = Shuffle(sorted, _ => null, config);
            held = CountHeld(groups, sorted.Length, config);
        }

        return (Sort(groups.Skip(held)), Sort(groups.Take(held)));
    }

    private static CaptionedImage[][] Shuffle(CaptionedImage[] sorted, Func<CaptionedImage, string?> classOf, DataConfig config)
    {
        CaptionedImage[][] groups =
        [
            .. sorted
                .GroupBy(image => classOf(image) is { } name ? (IsClass: true, Key: name) : (IsClass: false, Key: image.Name))
                .OrderBy(group => group.Key.Key, StringComparer.Ordinal)
                .ThenBy(group => group.Key.IsClass)
                .Select(group => group.ToArray()),
        ];
        new CounterRandom(config.SplitSeed, RandomStream.Split).Shuffle(groups.AsSpan());
        return groups;
    }

    /// <summary>Returns the number of groups to hold out; at least one stays for training.</summary>
    private static int CountHeld(CaptionedImage[][] groups, int images, DataConfig config)
    {
        double fraction = config.ValidationFraction;
        int wanted = fraction > 0 ? Math.Max(1, (int)Math.Round(fraction * images)) : 0;
        int held = 0;
        for (int count = 0; held < groups.Length - 1 && count < wanted; held++)
        {
            count += groups[held].Length;
        }

        return held;
    }

    private static CaptionedImage[] Sort(IEnumerable<CaptionedImage[]> groups) =>
        [.. groups.SelectMany(group => group).OrderBy(image => image.Name, StringComparer.Ordinal)];
}
