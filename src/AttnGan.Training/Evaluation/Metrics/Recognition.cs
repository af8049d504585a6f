using System.Globalization;
using AttnGan.Training.Data;
using AttnGan.Training.Evaluation.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// The share of images whose nearest real image of the split shows what the caption names (<see cref="CaptionedImage.Shown"/>), by the
/// cosine of centered features; and the share for which it is among the ten nearest things. Real images of the same captions, recognized
/// by images of other styles, are the ceiling.
/// </summary>
internal sealed class Recognition(MetricContext context) : IMetric
{
    private const int ChunkSize = 256;

    private readonly FeatureSets _sets = context.FeatureSets!;

    public static MetricDefinition Definition { get; } = new(
        "recognition", MetricInputs.Features | MetricInputs.FeatureSets, context => new Recognition(context))
    {
        FindObstacle = context => ThingIndex.IsPossible(context.Pairs.Select(pair => pair.Image))
            ? null
            : "the images evaluated must name at least 2 different things (`thing` or `class` of metadata.jsonl)",
    };

    public IEnumerable<MetricResult> Compute()
    {
        using DisposeScope scope = NewDisposeScope();
        var things = ThingIndex.Of(_sets.RealImages);
        Tensor center = _sets.Real.mean([0], keepdim: true);
        IReadOnlySet<int>[] correct = [.. context.Pairs.Select(pair => things.Named(pair.Caption))];
        int[] rows = [.. context.Pairs.Select(pair => things.RowOf(pair.Image))];
        double?[] ranks = Ranks(
            _sets.Evaluated() - center, _sets.Real - center, things.Things, correct, context.IsReal ? LeavesOut : null);
        double chance = correct.Average(some => (double)things.Things.Count(some.Contains) / things.Things.Count);
        int count = things.Things.Distinct().Count();
        string note = string.Create(
            CultureInfo.InvariantCulture,
            $"{things.Things.Count} real images of {count} things; chance is {chance:P1}, at 10 about {Math.Min(1, 10.0 / count):P1}");
        List<MetricResult> results =
        [
            .. Results("recognition", "", ranks, context.IsReal ? $"{note}; {things.LeftOut}" : context.TrainedNote + note),
        ];
        if (!context.IsReal)
        {
            Tensor own = _sets.Real.index_select(0, tensor([.. rows.Select(row => (long)row)]));
            double?[] ceiling = Ranks(own - center, _sets.Real - center, things.Things, correct, LeavesOut);
            results.AddRange(Results(
                "recognition_real", ", real images", ceiling, $"the real images of the captions; {things.LeftOut}", isPerImage: false));
        }

        return results;

        bool LeavesOut(int query, int row) => things.IsOfSameStyle(rows[query], row);
    }

    /// <summary>
    /// Returns the rank of the best correct thing for each query, from 0: the number of things that are nearer, where the nearest image
    /// of a thing counts. Ties count half, so that collapsed features do not look recognized. Null if no correct thing is left.
    /// </summary>
    /// <param name="queries">(M, D).</param>
    /// <param name="gallery">(N, D).</param>
    /// <param name="things">N: what each image of the gallery shows.</param>
    /// <param name="correct">M: the things that are correct for each query.</param>
    /// <param name="leavesOut">Returns true for a query and an image of the gallery that it must not find; null for none.</param>
    public static double?[] Ranks(
        Tensor queries,
        Tensor gallery,
        IReadOnlyList<int> things,
        IReadOnlyList<IReadOnlySet<int>> correct,
        Func<int, int, bool>? leavesOut = null)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor first = Cosine.Normalize(queries.to(float32));
        Tensor second = Cosine.Normalize(gallery.to(float32));
        double?[] ranks = new double?[queries.shape[0]];
        var nearest = new Dictionary<int, float>();
        for (int start = 0; start < ranks.Length; start += ChunkSize)
        {
            using DisposeScope chunk = NewDisposeScope();
            int size = Math.Min(ChunkSize, ranks.Length - start);
            float[] cosines = matmul(first[start..(start + size)], second.t()).data<float>().ToArray(); // (B, N)
            for (int i = 0; i < size; i++)
            {
                nearest.Clear();
                for (int row = 0; row < things.Count; row++)
                {
                    float cosine = cosines[(i * things.Count) + row];
                    if (leavesOut?.Invoke(start + i, row) != true &&
                        !(nearest.TryGetValue(things[row], out float best) && best >= cosine))
                    {
                        nearest[things[row]] = cosine;
                    }
                }

                ranks[start + i] = Rank(nearest, correct[start + i]);
            }
        }

        return ranks;
    }

    /// <summary>Returns the share of ranks below a number, over the ranks that are not null.</summary>
    public static double ShareBelow(IReadOnlyList<double?> ranks, int number) =>
        ranks.OfType<double>().Average(rank => rank < number ? 1.0 : 0);

    private static double? Rank(Dictionary<int, float> nearest, IReadOnlySet<int> correct)
    {
        float best = float.NaN;
        foreach (int thing in correct)
        {
            best = nearest.TryGetValue(thing, out float cosine) && !(best >= cosine) ? cosine : best;
        }

        // A cosine that is not a number is never below another one, and so a miss.
        return float.IsNaN(best) ? null : nearest.Where(entry => !correct.Contains(entry.Key))
            .Sum(entry => entry.Value < best ? 0 : entry.Value == best ? 0.5 : 1);
    }

    private static IEnumerable<MetricResult> Results(string name, string suffix, double?[] ranks, string note, bool isPerImage = true)
    {
        int count = ranks.OfType<double>().Count();
        return count == 0 ? [] : new[] { 1, 10 }.Select(number => new MetricResult(
            new MetricValue(
                number == 1 ? name : $"{name}_r{number}",
                $"Recognition@{number}{suffix}",
                ShareBelow(ranks, number),
                Deviation: null,
                HigherIsBetter: true,
                IsShare: true,
                IFeatureNetwork.Role,
                count,
                note),
            isPerImage ? [.. ranks.Select(rank => rank is null ? null : (double?)(rank < number ? 1 : 0))] : null));
    }
}
