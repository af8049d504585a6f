namespace AttnGan.Training.Data;

/// <summary>Order statistics of an integer property over a dataset; all 0 if there are no values.</summary>
/// <param name="Minimum">The smallest value.</param>
/// <param name="Median">The 50th percentile.</param>
/// <param name="Percentile95">The 95th percentile.</param>
/// <param name="Maximum">The largest value.</param>
public sealed record Distribution(int Minimum, int Median, int Percentile95, int Maximum)
{
    /// <summary>Computes the statistics; percentiles are by nearest rank, so they are values that occur.</summary>
    public static Distribution Of(IEnumerable<int> values)
    {
        int[] sorted = [.. values.Order()];
        return sorted.Length == 0
            ? new Distribution(0, 0, 0, 0)
            : new Distribution(sorted[0], Rank(sorted, 0.5), Rank(sorted, 0.95), sorted[^1]);
    }

    private static int Rank(int[] sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Length) - 1];
}
