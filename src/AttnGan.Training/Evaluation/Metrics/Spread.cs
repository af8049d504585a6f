namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>Mean and deviation of a value over several parts.</summary>
/// <param name="Mean">Mean over the parts.</param>
/// <param name="Deviation">Population standard deviation over the parts.</param>
internal sealed record Spread(double Mean, double Deviation)
{
    public static Spread Of(IReadOnlyList<double> parts)
    {
        double mean = parts.Average();
        return new Spread(mean, Math.Sqrt(parts.Average(part => (part - mean) * (part - mean))));
    }
}
