using AttnGan.Text;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Reports;

namespace AttnGan.Training.Evaluation;

/// <summary>What images show without a network to judge them: the color that was asked for, and attention where the color is.</summary>
internal sealed class ImageScores
{
    private static readonly CaptionTokenizer s_tokenizer = new(TokenizerMode.Unicode);
    private readonly List<double?> _right = [];
    private readonly List<ColorAttention> _attention = [];

    public void Add(EvaluationPair pair, SubjectImage image)
    {
        byte[] colors = BasicColors.Classify(image.Image);
        _right.Add(AskedFor(pair) is { } asked
            ? BasicColors.Dominant(colors, image.Image.Width) == asked ? 1 : 0
            : null);
        if (image.Attention is { } attention)
        {
            _attention.AddRange(AttentionGrounding.Measure(attention, colors, image.Image.Width));
        }
    }

    /// <summary>Of images of which at least one's caption asks for one color.</summary>
    public ScoredMetric Colors()
    {
        double[] judged = [.. _right.OfType<double>()];
        return new ScoredMetric(
            new MetricValue(
                "color_accuracy", "Images of the color asked for", judged.Average(), null, HigherIsBetter: true, IsShare: true, Network: null,
                judged.Length, "captions that name one of eleven colors; the color that most of the drawing has counts"),
            _right);
    }

    /// <summary>None where no image has enough, and not too much, of a color that its caption names.</summary>
    public IEnumerable<ScoredMetric> Attention()
    {
        if (_attention.Count == 0)
        {
            yield break;
        }

        double on = _attention.Average(reading => reading.OnColor);
        double area = _attention.Average(reading => reading.Area);
        string note = $"attention of the last stage to color words, over images with {AttentionGrounding.MinArea:P0} to " +
            $"{AttentionGrounding.LargestArea:P0} of the color, which has {area:P1} of their pixels";
        yield return new ScoredMetric(
            new MetricValue(
                "attention_grounding", "Attention on the color against chance", on / area, null, HigherIsBetter: true, IsShare: false, Network: null,
                _attention.Count, $"{note}; 1 is attention that does not look"),
            null);
        yield return new ScoredMetric(
            new MetricValue(
                "attention_on_color", "Attention on the color", on, null, HigherIsBetter: true, IsShare: true, Network: null, _attention.Count, note),
            null);
    }

    /// <summary>The one color that a caption names; null for none and for several.</summary>
    public static int? AskedFor(EvaluationPair pair) => ColorAccuracy.AskedFor(s_tokenizer.Tokenize(pair.Caption));
}
