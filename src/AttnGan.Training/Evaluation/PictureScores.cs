using AttnGan.Text;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Reports;

namespace AttnGan.Training.Evaluation;

/// <summary>What pictures show without a network to judge them: the colour that was asked for, and attention where the colour is.</summary>
internal sealed class PictureScores
{
    private static readonly CaptionTokenizer s_tokenizer = new(TokenizerMode.Unicode);
    private readonly List<double?> _right = [];
    private readonly List<ColorAttention> _attention = [];

    public void Add(EvaluationPair pair, SubjectPicture picture)
    {
        byte[] colors = BasicColors.Classify(picture.Picture);
        _right.Add(AskedFor(pair) is { } asked
            ? BasicColors.Dominant(colors, picture.Picture.Width) == asked ? 1 : 0
            : null);
        if (picture.Attention is { } attention)
        {
            _attention.AddRange(AttentionGrounding.Measure(attention, colors, picture.Picture.Width));
        }
    }

    /// <summary>Of pictures of which at least one's caption asks for one colour.</summary>
    public ScoredMetric Colors()
    {
        double[] judged = [.. _right.OfType<double>()];
        return new ScoredMetric(
            new MetricValue(
                "color_accuracy", "Pictures of the colour asked for", judged.Average(), null, HigherIsBetter: true, IsShare: true, Network: null,
                judged.Length, "captions that name one of eleven colours; the colour that most of the drawing has counts"),
            _right);
    }

    /// <summary>None where no picture has enough, and not too much, of a colour that its caption names.</summary>
    public IEnumerable<ScoredMetric> Attention()
    {
        if (_attention.Count == 0)
        {
            yield break;
        }

        double on = _attention.Average(reading => reading.OnColor);
        double area = _attention.Average(reading => reading.Area);
        string note = $"attention of the last stage to colour words, over pictures with {AttentionGrounding.LeastArea:P0} to " +
            $"{AttentionGrounding.LargestArea:P0} of the colour, which has {area:P1} of their pixels";
        yield return new ScoredMetric(
            new MetricValue(
                "attention_grounding", "Attention on the colour against chance", on / area, null, HigherIsBetter: true, IsShare: false, Network: null,
                _attention.Count, $"{note}; 1 is attention that does not look"),
            null);
        yield return new ScoredMetric(
            new MetricValue(
                "attention_on_color", "Attention on the colour", on, null, HigherIsBetter: true, IsShare: true, Network: null, _attention.Count, note),
            null);
    }

    /// <summary>The one colour that a caption names; null for none and for several.</summary>
    public static int? AskedFor(EvaluationPair pair) => ColorAccuracy.AskedFor(s_tokenizer.Tokenize(pair.Caption));
}
