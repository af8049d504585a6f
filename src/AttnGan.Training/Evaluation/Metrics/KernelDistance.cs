using AttnGan.Training.Data;
using AttnGan.Training.Evaluation.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// The kernel distance of the features of evaluated and real images (Bińkowski et al., 2018; with Inception features the KID): the
/// unbiased squared maximum mean discrepancy with the kernel (x·y / D + 1)³, as the mean over random subsets.
/// </summary>
internal sealed class KernelDistance(MetricContext context) : IMetric
{
    /// <summary>Subsets of the published protocol.</summary>
    public const int Subsets = 100;

    /// <summary>Images of each kind in a subset of the published protocol.</summary>
    public const int SubsetSize = 1000;

    public static MetricDefinition Definition { get; } = new(
        "kid", MetricInputs.Features | MetricInputs.FeatureSets, context => new KernelDistance(context))
    {
        EmptyReason = "there must be at least 2 real images",
    };

    public IEnumerable<MetricResult> Compute()
    {
        using DisposeScope scope = NewDisposeScope();
        FeatureSets sets = context.FeatureSets!;
        Tensor evaluated = sets.Evaluated();
        if (sets.RealImages.Count < 2)
        {
            return [];
        }

        (Spread distance, int size) = Between(evaluated, sets.Real, context.Seed);
        return
        [
            new MetricResult(new MetricValue(
                Definition.Name,
                context.Features!.TitleOf("Kernel inception distance", "Kernel distance"),
                distance.Mean,
                distance.Deviation,
                HigherIsBetter: false,
                IsShare: false,
                IFeatureNetwork.Role,
                context.Pairs.Count,
                $"{context.TrainedNote}{sets.RealImages.Count} real images; {Subsets} subsets of {size} images of each kind; equal " +
                "distributions have 0 on average, whatever the number of images")),
        ];
    }

    /// <summary>Returns mean and deviation of the distance over subsets, and their size.</summary>
    /// <param name="first">(M, D), M at least 2.</param>
    /// <param name="second">(N, D), N at least 2.</param>
    /// <param name="seed">Determines the subsets.</param>
    /// <param name="subsets">Number of subsets.</param>
    /// <param name="maxSize">The largest number of rows of each kind in a subset.</param>
    public static (Spread Distance, int Size) Between(
        Tensor first, Tensor second, long seed, int subsets = Subsets, int maxSize = SubsetSize)
    {
        int size = (int)Math.Min(maxSize, Math.Min(first.shape[0], second.shape[0]));
        var distances = new List<double>();
        for (int i = 0; i < subsets; i++)
        {
            using DisposeScope scope = NewDisposeScope();
            distances.Add(OfSubset(Sample(first, 2 * i), Sample(second, (2 * i) + 1)));
        }

        return (Spread.Of(distances), size);

        Tensor Sample(Tensor features, long index)
        {
            long[] rows = [.. Enumerable.Range(0, (int)features.shape[0]).Select(row => (long)row)];
            new CounterRandom(seed, RandomStream.Subsets, 0, index).Shuffle(rows.AsSpan());
            return features.index_select(0, tensor(rows[..size]));
        }
    }

    /// <summary>Returns the unbiased squared maximum mean discrepancy, which may be negative.</summary>
    /// <param name="x">(S, D), S at least 2.</param>
    /// <param name="y">(S, D).</param>
    public static double OfSubset(Tensor x, Tensor y)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor a, Tensor b) = (x.to(float64), y.to(float64));
        long size = a.shape[0];
        return ((SumWithoutDiagonal(Kernel(a, a)) + SumWithoutDiagonal(Kernel(b, b))) / (size * (size - 1)))
            - (2 * Kernel(a, b).mean().item<double>());
    }

    private static Tensor Kernel(Tensor x, Tensor y) => matmul(x, y.t()).div_(x.shape[1]).add_(1).pow_(3);

    private static double SumWithoutDiagonal(Tensor kernel) => (kernel.sum() - kernel.trace()).item<double>();
}
