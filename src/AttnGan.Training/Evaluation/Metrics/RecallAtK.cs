using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// Recall@K in both directions: the share of images whose caption is among the K captions with the highest cosine, of all evaluated
/// captions, and of captions whose image is among the K images with the highest cosine.
/// </summary>
internal sealed class RecallAtK(MetricContext context) : IMetric
{
    /// <summary>Why there is no recall at all.</summary>
    public const string NoNegatives = "it needs images of at least two classes: within one class, any caption is correct";

    private readonly EncodedPairs _encoded = context.Damsm!;

    public static MetricDefinition Definition { get; } = new("recall", MetricInputs.Damsm, context => new RecallAtK(context))
    {
        EmptyReason = NoNegatives,
    };

    public IEnumerable<MetricResult> Compute()
    {
        using DisposeScope scope = NewDisposeScope();
        string[] classes = [.. context.Pairs.Select(pair => pair.Class)];
        var numbers = classes.Distinct().Select((name, i) => (name, i)).ToDictionary(entry => entry.name, entry => (long)entry.i);
        RetrievalResult result = Retrieval.Measure(
            _encoded.Codes(),
            _encoded.Sentences.index_select(0, tensor([.. _encoded.Positives.Select(row => (long)row)])),
            tensor([.. classes.Select(name => numbers[name])]));
        return
        [
            .. Results("image_to_text", "image to text", result.ImageToText),
            .. Results("text_to_image", "text to image", result.TextToImage),
        ];
    }

    private IEnumerable<MetricResult> Results(string name, string direction, Recall recall) =>
        from at in recall.Informative()
        select new MetricResult(_encoded.CreateValue(
            $"{name}_r{at.K}",
            $"Recall@{at.K}, {direction}",
            at.Share,
            deviation: null,
            isShare: true,
            $"among {context.Pairs.Count} candidates; any of the same class is correct"));
}
