using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Evaluation;

/// <summary>Breaks metrics down by category.</summary>
internal static class CategoryScores
{
    /// <summary>Returns the mean of every per-image result for each category, sorted by name.</summary>
    /// <param name="pairs">The pairs, in the order of the images.</param>
    /// <param name="results">The results over all images.</param>
    public static IReadOnlyList<CategoryScore> Of(IReadOnlyList<EvaluationPair> pairs, IReadOnlyList<MetricResult> results) =>
    [
        .. pairs.Index().Where(entry => entry.Item.Category is not null)
            .GroupBy(entry => entry.Item.Category!)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => new CategoryScore(group.Key, group.Count(), Means([.. group.Select(entry => entry.Index)], results))),
    ];

    private static Dictionary<string, double> Means(int[] images, IReadOnlyList<MetricResult> results)
    {
        var means = new Dictionary<string, double>();
        foreach (MetricResult result in results.Where(result => result.PerImage is not null))
        {
            double[] values = [.. images.Select(image => result.PerImage![image]).OfType<double>()];
            if (values.Length > 0)
            {
                means[result.Value.Name] = values.Average();
            }
        }

        return means;
    }
}
