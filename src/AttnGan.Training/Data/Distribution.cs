namespace AttnGan.Training.Data;

/// <summary>How a whole number is spread over a dataset. All zeros where there is nothing to count.</summary>
/// <param name="Minimum">The smallest.</param>
/// <param name="Median">Half are at most this.</param>
/// <param name="Percentile95">95 of 100 are at most this.</param>
/// <param name="Maximum">The largest.</param>
public sealed record Distribution(int Minimum, int Median, int Percentile95, int Maximum)
{
    /// <summary>Counts values; the median and the percentile are values that occur (nearest rank).</summary>
    public static Distribution Of(IEnumerable<int> values)
    {
        int[] sorted = [.. values.Order()];
        return sorted.Length == 0
            ? new Distribution(0, 0, 0, 0)
            : new Distribution(sorted[0], Rank(sorted, 0.5), Rank(sorted, 0.95), sorted[^1]);
    }

    private static int Rank(int[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
}
