using AttnGan.Training.Evaluation.Subjects;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// Image-caption retrieval of a DAMSM on real images, with all captions of each image: the standard protocol of Flickr8k and COCO. An
/// image finds a caption if any of its own is among the best K; a caption finds an image if its own is.
/// </summary>
internal sealed class CaptionRetrieval : IMetric
{
    // 1 GiB of scores.
    private const long MaxScores = 1L << 28;

    private readonly EncodedPairs _encoded;
    private readonly int[] _rows;
    private readonly (int Image, string Caption)[] _captions;
    private readonly string[] _classes;

    private CaptionRetrieval(MetricContext context)
    {
        _encoded = context.Damsm!;
        IReadOnlyList<EvaluationPair> pairs = context.Pairs;
        _rows = FirstRows(context);
        HashSet<string> readable = [.. context.Captions.Captions];
        _captions =
        [
            .. _rows.SelectMany((row, image) =>
                pairs[row].Image.Captions.Where(readable.Contains).Select(caption => (image, caption))),
        ];
        _classes = [.. _rows.Select(row => CandidatePool.ClassOf(pairs[row].Image))];
        _encoded.KeepRegions(_rows);
    }

    public static MetricDefinition Definition { get; } = new("retrieval", MetricInputs.Damsm, context => new CaptionRetrieval(context))
    {
        FindObstacle = context => !context.IsReal
            ? "it measures the DAMSM on real images; add `--baseline real`"
            : FirstRows(context).Length * (long)context.Captions.Captions.Count > MaxScores
            ? $"{FirstRows(context).Length} images and {context.Captions.Captions.Count} captions are too many to rank; give a smaller " +
              "`--count`"
            : null,
        EmptyReason = RecallAtK.NoNegatives,
    };

    public IEnumerable<MetricResult> Compute()
    {
        using DisposeScope scope = NewDisposeScope();
        string[] texts = [.. _captions.Select(caption => caption.Caption).Distinct(StringComparer.Ordinal)];
        var columns = texts.Select((text, i) => (text, i)).ToDictionary(entry => entry.text, entry => entry.i);
        (Tensor words, Tensor sentence) = _encoded.Scores(texts, _rows);
        Tensor ofCaptions = tensor([.. _captions.Select(caption => (long)columns[caption.Caption])]);
        return
        [
            .. Results("global", "global feature", sentence, ofCaptions),
            .. Results("words", "words' score", words, ofCaptions),
            .. Results("both", "both scores", words + sentence, ofCaptions),
        ];
    }

    /// <summary>Returns the first pair of each image.</summary>
    private static int[] FirstRows(MetricContext context)
    {
        HashSet<string> names = new(StringComparer.Ordinal);
        return [.. Enumerable.Range(0, context.Pairs.Count).Where(row => names.Add(context.Pairs[row].Image.Name))];
    }

    private IEnumerable<MetricResult> Results(string name, string title, Tensor scores, Tensor ofCaptions)
    {
        var numbers = _classes.Distinct().Select((group, i) => (group, (long)i)).ToDictionary();
        Tensor images = tensor([.. _classes.Select(group => numbers[group])]);
        Tensor captions = tensor([.. _captions.Select(caption => numbers[_classes[caption.Image]])]);
        Tensor byCaption = scores.index_select(1, ofCaptions); // (I, J)
        return
        [
            .. Results($"retrieval_{name}_image_to_caption", $"{title}, image to caption", Retrieval.RecallOf(byCaption, images, captions)),
            .. Results(
                $"retrieval_{name}_caption_to_image", $"{title}, caption to image", Retrieval.RecallOf(byCaption.t(), captions, images)),
        ];
    }

    private IEnumerable<MetricResult> Results(string name, string title, Recall recall) =>
        from at in recall.Informative()
        select new MetricResult(_encoded.CreateValue(
            $"{name}_r{at.K}",
            $"Retrieval R@{at.K}, {title}",
            at.Share,
            deviation: null,
            isShare: true,
            $"{_rows.Length} images, {_captions.Length} captions; any of the same image or class is correct"));
}
