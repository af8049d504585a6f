namespace AttnGan.Training.Runs;

/// <summary>A quantity over the steps of a training.</summary>
/// <param name="Name">The name in the legend.</param>
/// <param name="Points">The values, ordered by step.</param>
internal sealed record Curve(string Name, IReadOnlyList<CurvePoint> Points)
{
    // Curves of fewer points are not smoothed.
    private const int MinToSmooth = 40;

    // The moving mean covers one 20th of the points on each side.
    private const int SmoothedShare = 20;

    /// <summary>Returns the moving mean, which shows the trend of a noisy curve.</summary>
    /// <returns>Null if there are too few points.</returns>
    public IReadOnlyList<CurvePoint>? Smoothed()
    {
        if (Points.Count < MinToSmooth)
        {
            return null;
        }

        int reach = Points.Count / SmoothedShare;
        double[] sums = new double[Points.Count + 1];
        for (int i = 0; i < Points.Count; i++)
        {
            sums[i + 1] = sums[i] + Points[i].Value;
        }

        return
        [
            .. Points.Select((point, i) =>
            {
                // The steep beginning is averaged symmetrically; the flat end keeps the whole reach behind each point.
                int behind = Math.Min(reach, i);
                int ahead = Math.Min(behind, Points.Count - 1 - i);
                return point with { Value = (sums[i + ahead + 1] - sums[i - behind]) / (behind + ahead + 1) };
            }),
        ];
    }
}

/// <summary>One value of a curve.</summary>
internal readonly record struct CurvePoint(long Step, double Value);

/// <summary>A plot of one or more curves with the same unit.</summary>
/// <param name="Title">The title.</param>
/// <param name="Unit">The label of the vertical axis.</param>
/// <param name="Curves">At least one curve.</param>
/// <param name="Marked">For each curve the step to mark, that of the best checkpoint; null for none.</param>
internal sealed record CurvePanel(string Title, string Unit, IReadOnlyList<Curve> Curves, IReadOnlyList<long?> Marked);
