using AttnGan.Training.Evaluation.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// Fidelity and variety in the space of features, where a set of images covers the balls that reach from each image to its k-th
/// nearest neighbor: precision and recall (Kynkäänniemi et al., 2019), density and coverage (Naeem et al., 2020).
/// </summary>
internal sealed class PrecisionRecall(MetricContext context) : IMetric
{
    /// <summary>k of precision and recall, as published.</summary>
    public const int PrecisionNeighbors = 3;

    /// <summary>k of density and coverage, as published.</summary>
    public const int DensityNeighbors = 5;

    private const int ChunkSize = 512;

    // Distances of equal rows differ from 0 by rounding.
    private const double Tolerance = 1e-9;

    public static MetricDefinition Definition { get; } = new(
        "precision_recall", MetricInputs.Features | MetricInputs.FeatureSets, context => new PrecisionRecall(context))
    {
        FindObstacle = context => context.Pairs.Count > DensityNeighbors
            ? null
            : $"it needs more than {DensityNeighbors} images, and there are {context.Pairs.Count}",
        EmptyReason = $"it needs more than {DensityNeighbors} real images",
    };

    public IEnumerable<MetricResult> Compute()
    {
        using DisposeScope scope = NewDisposeScope();
        FeatureSets sets = context.FeatureSets!;
        if (sets.RealImages.Count <= DensityNeighbors)
        {
            return [];
        }

        Tensor evaluated = sets.Evaluated();
        Manifold[] manifolds = Measure(sets.Real, evaluated, [PrecisionNeighbors, DensityNeighbors]);
        (Manifold first, Manifold second) = (manifolds[0], manifolds[1]);
        return
        [
            Result("precision", "Precision of images", first.Precision, PrecisionNeighbors, isShare: true),
            Result("precision_recall", "Recall of images", first.Recall, PrecisionNeighbors, isShare: true),
            Result("density", "Density", second.Density, DensityNeighbors, isShare: false),
            Result("coverage", "Coverage", second.Coverage, DensityNeighbors, isShare: true),
        ];

        MetricResult Result(string name, string title, double value, int neighbors, bool isShare) => new(new MetricValue(
            name,
            title,
            value,
            Deviation: null,
            HigherIsBetter: true,
            isShare,
            IFeatureNetwork.Role,
            context.Pairs.Count,
            $"{context.TrainedNote}{sets.RealImages.Count} real images, k = {neighbors}; depends on both numbers of images"));
    }

    /// <summary>Measures how a set of features covers another one.</summary>
    /// <param name="real">(N, D), N more than <paramref name="neighbors"/>.</param>
    /// <param name="evaluated">(M, D), M more than <paramref name="neighbors"/>.</param>
    /// <param name="neighbors">k.</param>
    public static Manifold Measure(Tensor real, Tensor evaluated, int neighbors) => Measure(real, evaluated, [neighbors])[0];

    /// <summary>Same for several k, with all distances computed once.</summary>
    private static Manifold[] Measure(Tensor real, Tensor evaluated, int[] neighbors)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor x, Tensor y) = (real.to(float64), evaluated.to(float64));
        (Tensor[] realRadii, Tensor[] evaluatedRadii) = (Radii(x, neighbors), Radii(y, neighbors)); // (N) and (M) for each k
        Tensor[] inReal = [.. neighbors.Select(_ => zeros(y.shape[0], int64))]; // (M): balls of real images that an evaluated image lies in
        List<Tensor>[] recalled = [.. neighbors.Select(_ => new List<Tensor>())];
        List<Tensor>[] covered = [.. neighbors.Select(_ => new List<Tensor>())];
        ForEachChunk(x, y, (rows, distances) =>
        {
            for (int k = 0; k < neighbors.Length; k++)
            {
                Tensor inside = distances.le(realRadii[k][rows].unsqueeze(1)); // (B, M)
                inReal[k].add_(inside.sum(dim: 0));
                covered[k].Add(inside.any(dim: 1).MoveToOuterDisposeScope());
                recalled[k].Add(distances.le(evaluatedRadii[k].unsqueeze(0)).any(dim: 1).MoveToOuterDisposeScope());
            }
        });

        return
        [
            .. neighbors.Select((count, k) => new Manifold(
                Share(inReal[k].gt(0)),
                Share(cat(recalled[k])),
                inReal[k].sum().item<long>() / ((double)count * y.shape[0]),
                Share(cat(covered[k])))),
        ];
    }

    /// <summary>Returns the squared distance of each row to its k-th nearest neighbor, slightly increased, for each k: (N).</summary>
    private static Tensor[] Radii(Tensor features, int[] neighbors)
    {
        List<Tensor> chunks = [];
        ForEachChunk(features, features, (rows, distances) =>
        {
            // The nearest row is the row itself.
            (Tensor nearest, _) = distances.topk(neighbors.Max() + 1, dim: 1, largest: false, sorted: true); // (B, k + 1)
            chunks.Add(nearest.MoveToOuterDisposeScope());
        });
        Tensor all = cat(chunks);
        Tensor tolerance = Tolerance * features.square().sum(dim: 1);
        return [.. neighbors.Select(count => all[.., count] + tolerance)];
    }

    /// <summary>Computes squared distances in chunks of rows: (B, M) each.</summary>
    private static void ForEachChunk(Tensor x, Tensor y, Action<Range, Tensor> process)
    {
        Tensor squares = y.square().sum(dim: 1).unsqueeze(0);
        for (int start = 0; start < x.shape[0]; start += ChunkSize)
        {
            using DisposeScope chunk = NewDisposeScope();
            Range rows = start..(int)Math.Min(start + ChunkSize, x.shape[0]);
            Tensor some = x[rows];
            process(rows, some.square().sum(dim: 1, keepdim: true) + squares - (2 * matmul(some, y.t())));
        }
    }

    private static double Share(Tensor hits) => hits.to(float64).mean().item<double>();
}

/// <param name="Precision">Share of evaluated images in a ball of a real image.</param>
/// <param name="Recall">Share of real images in a ball of an evaluated image.</param>
/// <param name="Density">Mean number of balls of real images that an evaluated image lies in, divided by k; 1 for equal sets.</param>
/// <param name="Coverage">Share of real images with an evaluated image in their ball.</param>
internal sealed record Manifold(double Precision, double Recall, double Density, double Coverage);
