using AttnGan.Training.Evaluation.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// R-precision (paper, section 4, with R = 1): the share of images whose own caption has a higher cosine with them than 99 captions of
/// other classes, by the global features of a DAMSM.
/// </summary>
internal sealed class RPrecision : IMetric
{
    /// <summary>Captions of other classes that an image's own caption competes with.</summary>
    public const int Negatives = 99;

    /// <summary>Groups of the published standard deviation.</summary>
    public const int Groups = 10;

    private const int ChunkSize = 512;

    private readonly EncodedPairs _encoded;
    private readonly int[][] _negatives;

    private RPrecision(MetricContext context)
    {
        _encoded = context.Damsm!;
        _negatives = [.. context.Pairs.Select((pair, i) => context.Captions.Sample(pair.Class, Negatives, context.Seed, i))];
    }

    public static MetricDefinition Definition { get; } = new("r_precision", MetricInputs.Damsm, context => new RPrecision(context))
    {
        FindObstacle = context =>
        {
            int min = context.Pairs.Select(pair => pair.Class).Distinct().Min(context.Captions.CountNegatives);
            return min >= Negatives
                ? null
                : $"each image needs {Negatives} captions of other classes, and some have only {min} in the split";
        },
    };

    public IEnumerable<MetricResult> Compute()
    {
        using DisposeScope scope = NewDisposeScope();
        bool[] hits = Hits(_encoded.Codes(), _encoded.Sentences, _encoded.Positives, _negatives);
        (double share, double? deviation) = Share(hits);
        MetricValue value = _encoded.CreateValue(
            Definition.Name,
            "R-precision",
            share,
            deviation,
            isShare: true,
            $"1 positive and {Negatives} negatives of other classes; chance is 1 %");
        return [new MetricResult(value, [.. hits.Select(hit => (double?)(hit ? 1 : 0))])];
    }

    /// <summary>Returns true for each image whose own caption has the highest cosine.</summary>
    /// <param name="codes">(N, D): features of the images.</param>
    /// <param name="sentences">(T, D): features of all captions.</param>
    /// <param name="positives">The row of each image's own caption.</param>
    /// <param name="negatives">The rows of each image's negatives, the same number for all images.</param>
    public static bool[] Hits(Tensor codes, Tensor sentences, IReadOnlyList<int> positives, IReadOnlyList<int[]> negatives)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = Cosine.Normalize(codes);
        Tensor captions = Cosine.Normalize(sentences);
        List<bool> hits = [];
        for (int start = 0; start < positives.Count; start += ChunkSize)
        {
            using DisposeScope chunk = NewDisposeScope();
            int size = Math.Min(ChunkSize, positives.Count - start);
            long[] rows = [.. Enumerable.Range(start, size).SelectMany(n => negatives[n].Prepend(positives[n])).Select(row => (long)row)];
            Tensor candidates = captions.index_select(0, tensor(rows)).view(size, -1, captions.shape[1]);          // (B, 100, D)
            Tensor scores = matmul(candidates, images[start..(start + size)].unsqueeze(2)).squeeze(2);             // (B, 100)

            // A tie is a miss, so that collapsed features score 0. Comparisons with NaN are false, which is a miss as well.
            Tensor best = scores[.., 1..].amax([1]);
            hits.AddRange(scores[.., 0].gt(best).data<bool>().ToArray());
        }

        return [.. hits];
    }

    /// <summary>Returns the share of hits and its deviation over groups; group i is images [i N / 10, (i + 1) N / 10).</summary>
    /// <returns>The deviation is null if there are fewer images than groups.</returns>
    public static (double Share, double? Deviation) Share(IReadOnlyList<bool> hits)
    {
        double share = hits.Average(hit => hit ? 1.0 : 0);
        if (hits.Count < Groups)
        {
            return (share, null);
        }

        int Border(int group) => (int)((long)group * hits.Count / Groups);
        double[] groups =
        [
            .. Enumerable.Range(0, Groups)
                .Select(group => hits.Take(Border(group)..Border(group + 1)).Average(hit => hit ? 1.0 : 0)),
        ];
        return (share, Spread.Of(groups).Deviation);
    }
}
