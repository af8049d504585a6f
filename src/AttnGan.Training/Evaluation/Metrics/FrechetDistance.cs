using AttnGan.Training.Evaluation.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// The Fréchet distance of the features of evaluated and real images, both modeled as multivariate normal distributions
/// (Heusel et al., 2017): |m1 - m2|² + tr(S1) + tr(S2) - 2 tr((S1 S2)^½).
/// </summary>
internal sealed class FrechetDistance(MetricContext context) : IMetric
{
    private readonly IFeatureNetwork _network = context.Features!;
    private readonly FeatureStatistics _statistics = new(context.Features!.Dimensions);

    public static MetricDefinition Definition { get; } = new(
        "fid", MetricInputs.Features | MetricInputs.RealFeatures, context => new FrechetDistance(context))
    {
        FindObstacle = context => context is { RealCount: < 2, ReferenceName: null }
            ? $"it needs at least 2 real images, and the split has {context.RealCount}"
            : null,
    };

    public void Add(ImageBatch batch) => _statistics.Add(batch.Features!.Features);

    public IEnumerable<MetricResult> Compute()
    {
        FeatureStatistics real = context.RealFeatures!;
        return
        [
            new MetricResult(new MetricValue(
                Definition.Name,
                _network.TitleOf("Fréchet inception distance", "Fréchet distance"),
                Between(_statistics, real),
                Deviation: null,
                HigherIsBetter: false,
                IsShare: false,
                _network.Network.Role,
                (int)_statistics.Count,
                Note(real))),
        ];
    }

    /// <summary>Returns the distance of two sets of features.</summary>
    /// <exception cref="ArgumentException">Thrown when the features have different widths.</exception>
    public static double Between(FeatureStatistics first, FeatureStatistics second)
    {
        if (first.Dimensions != second.Dimensions)
        {
            throw new ArgumentException(
                $"The features have {first.Dimensions} and {second.Dimensions} dimensions, expected the same number.", nameof(second));
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor s1 = first.Covariance();
        Tensor s2 = second.Covariance();
        double means = (first.Mean - second.Mean).square().sum().item<double>();

        // S1 S2 has the eigenvalues of S1^½ S2 S1^½, which is symmetric: they are real, also for singular covariances.
        Tensor root = SquareRoot(s1);
        double mixed = ClampNegative(linalg.eigvalsh(matmul(matmul(root, s2), root))).sqrt().sum().item<double>();
        return means + s1.trace().item<double>() + s2.trace().item<double>() - (2 * mixed);
    }

    public void Dispose() => _statistics.Dispose();

    private string Note(FeatureStatistics real)
    {
        bool isGiven = context.ReferenceName is not null;
        long min = isGiven ? _statistics.Count : Math.Min(_statistics.Count, real.Count);
        string note = context.TrainedNote + (isGiven ? $"statistics of {context.ReferenceName}" : $"{real.Count} real images");
        if (min <= _network.Dimensions)
        {
            note += $"; the covariance of {min} images in {_network.Dimensions} dimensions is singular, which biases the distance: " +
                "compare only with reports of the same counts";
        }

        return note;
    }

    /// <summary>Returns the symmetric square root of a covariance.</summary>
    private static Tensor SquareRoot(Tensor covariance)
    {
        (Tensor values, Tensor vectors) = linalg.eigh(covariance);
        return matmul(vectors * ClampNegative(values).sqrt(), vectors.t());
    }

    /// <summary>Eigenvalues of covariances are negative only through rounding.</summary>
    private static Tensor ClampNegative(Tensor eigenvalues) => eigenvalues.clamp_min(0);
}
