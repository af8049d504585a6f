using AttnGan.Training.Evaluation.Subjects;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// R-precision among captions with the same color words: the share of images whose own caption has a higher cosine with them than 99
/// captions of other classes that name the same colors. Colors cannot tell these captions apart, only things can.
/// </summary>
internal sealed class ColorRPrecision : IMetric
{
    private readonly EncodedPairs _encoded;
    private readonly int[]?[] _negatives;

    private ColorRPrecision(MetricContext context)
    {
        _encoded = context.Damsm!;
        _negatives = [.. NegativesOf(context)];
    }

    public static MetricDefinition Definition { get; } = new(
        "r_precision_same_color", MetricInputs.Damsm, context => new ColorRPrecision(context))
    {
        FindObstacle = context => NegativesOf(context).Any(negatives => negatives is not null)
            ? null
            : $"an image needs {RPrecision.Negatives} captions of other classes with the same color words, and no image has as many in " +
                "the split",
    };

    public IEnumerable<MetricResult> Compute()
    {
        using DisposeScope scope = NewDisposeScope();
        int[] counted = [.. Enumerable.Range(0, _negatives.Length).Where(i => _negatives[i] is not null)];
        bool[] hits = RPrecision.Hits(
            _encoded.Codes().index_select(0, tensor([.. counted.Select(i => (long)i)])),
            _encoded.Sentences,
            [.. counted.Select(i => _encoded.Positives[i])],
            [.. counted.Select(i => _negatives[i]!)]);
        (double share, double? deviation) = RPrecision.Share(hits);
        MetricValue value = _encoded.CreateValue(
            Definition.Name,
            "R-precision, same colors",
            share,
            deviation,
            isShare: true,
            $"1 positive and {RPrecision.Negatives} negatives of other classes with the same color words; chance is 1 %; images without " +
            "as many negatives are left out");
        double?[] perImage = new double?[_negatives.Length];
        for (int i = 0; i < counted.Length; i++)
        {
            perImage[counted[i]] = hits[i] ? 1 : 0;
        }

        return [new MetricResult(value with { Count = counted.Length }, perImage)];
    }

    /// <summary>Samples the negatives of each image; null for an image that has not enough.</summary>
    private static IEnumerable<int[]?> NegativesOf(MetricContext context)
    {
        CandidatePool pool = context.Captions;
        ILookup<string, int> byColors = Enumerable.Range(0, pool.Captions.Count).ToLookup(i => ColorsOf(pool.Captions[i]));
        return context.Pairs.Select((pair, i) => pool.TrySample(
            pair.Class, byColors[ColorsOf(pair.Caption)], RPrecision.Negatives, context.Seed, i));
    }

    private static string ColorsOf(string caption) => string.Join(' ', ColorAccuracy.NamedColors(caption).Order());
}
