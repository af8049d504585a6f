namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>The mean cosine similarity of images and their captions, by the global features of a DAMSM.</summary>
internal sealed class CaptionSimilarity(MetricContext context) : IMetric
{
    private readonly EncodedPairs _encoded = context.Damsm!;

    public static MetricDefinition Definition { get; } = new(
        "caption_similarity", MetricInputs.Damsm, context => new CaptionSimilarity(context));

    public IEnumerable<MetricResult> Compute() =>
    [
        new MetricResult(
            _encoded.CreateValue(
                Definition.Name, "Cosine similarity", _encoded.Cosines.Average(), deviation: null, isShare: false, note: null),
            [.. _encoded.Cosines.Select(cosine => (double?)cosine)]),
    ];
}
