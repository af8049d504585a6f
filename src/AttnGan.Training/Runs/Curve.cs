namespace AttnGan.Training.Runs;

/// <summary>A quantity over the steps of a training.</summary>
/// <param name="Name">What the legend calls it.</param>
/// <param name="Points">In the order of their steps.</param>
internal sealed record Curve(string Name, IReadOnlyList<CurvePoint> Points)
{
    // Fewer points are drawn as they are.
    private const int MinToSmooth = 40;

    // The mean goes over this share of the points.
    private const int SmoothedShare = 20;

    /// <summary>Means of each point and those around it: what noise hides.</summary>
    /// <returns>Null where there are too few points.</returns>
    public IReadOnlyList<CurvePoint>? Smoothed()
    {
        if (Points.Count < MinToSmooth)
        {
            return null;
        }

        int most = Points.Count / SmoothedShare;
        double[] sums = new double[Points.Count + 1];
        for (int i = 0; i < Points.Count; i++)
        {
            sums[i + 1] = sums[i] + Points[i].Value;
        }

        return
        [
            .. Points.Select((point, i) =>
            {
                // At the beginning, which is steep, as many ahead as behind; the end, which is flat, keeps the whole reach behind it.
                int behind = Math.Min(most, i);
                int ahead = Math.Min(behind, Points.Count - 1 - i);
                return point with { Value = (sums[i + ahead + 1] - sums[i - behind]) / (behind + ahead + 1) };
            }),
        ];
    }
}

internal readonly record struct CurvePoint(long Step, double Value);

/// <summary>Quantities of one kind, drawn over each other.</summary>
/// <param name="Title">What they are.</param>
/// <param name="Unit">What the vertical axis counts.</param>
/// <param name="Curves">At least one.</param>
/// <param name="Marked">Steps to mark, by curve: where the best checkpoint is from.</param>
internal sealed record CurvePanel(string Title, string Unit, IReadOnlyList<Curve> Curves, IReadOnlyList<long?> Marked);
