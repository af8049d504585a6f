using AttnGan.Attention;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// The share of the last stage's attention to a color word that lies on pixels of that color, by itself and relative to the share of such
/// pixels in the image.
/// </summary>
internal sealed class AttentionGrounding : IMetric
{
    /// <summary>Images with a smaller share of the color do not count: a few pixels are noise.</summary>
    public const double MinArea = 0.02;

    /// <summary>Images with a larger share of the color do not count: attention cannot miss it.</summary>
    public const double MaxArea = 0.9;

    private readonly List<AttentionOnMask> _samples = [];

    public static MetricDefinition Definition { get; } = new("attention_grounding", MetricInputs.Attention, _ => new AttentionGrounding())
    {
        EmptyReason = $"no caption names a color that covers {MinArea:P0} to {MaxArea:P0} of its image",
    };

    public void Add(ImageBatch batch)
    {
        for (int i = 0; i < batch.Images.Count; i++)
        {
            if (batch.Images[i].Attention is { } attention)
            {
                _samples.AddRange(Measure(attention, batch.Colors[i], batch.Images[i].Image.Width));
            }
        }
    }

    public IEnumerable<MetricResult> Compute()
    {
        if (_samples.Count == 0)
        {
            return [];
        }

        double onColor = _samples.Average(sample => sample.Share);
        double area = _samples.Average(sample => sample.Area);
        string note = $"attention of the last stage to color words, over images with the color on {MinArea:P0} to {MaxArea:P0} of their " +
            $"pixels (mean {area:P1})";
        return
        [
            Result(Definition.Name, "Attention grounding", onColor / area, isShare: false, $"{note}; 1 is chance"),
            Result("attention_on_color", "Attention on the named color", onColor, isShare: true, note),
        ];
    }

    /// <summary>Returns one sample for each distinct color word of the caption whose color covers an accepted share of the image.</summary>
    /// <param name="attention">Attention of the last refinement stage, whose map is not larger than the image.</param>
    /// <param name="colors">The color of each pixel, from <see cref="BasicColors.Classify(Imaging.RgbImage)"/>.</param>
    /// <param name="width">Width of the image.</param>
    public static IEnumerable<AttentionOnMask> Measure(StageAttention attention, byte[] colors, int width)
    {
        var seen = new HashSet<int>();
        for (int word = 0; word < attention.Words.Count; word++)
        {
            if (BasicColors.IndexOf(attention.Words[word]) is { } color && seen.Add(color))
            {
                bool[] mask = [.. colors.Select(found => found == color)];
                double area = AttentionOnMask.AreaOf(mask);
                if (area is >= MinArea and <= MaxArea)
                {
                    yield return AttentionOnMask.Measure(
                        attention.MapOf(word), AttentionOnMask.Coverage(mask, width, attention.Size), area);
                }
            }
        }
    }

    private MetricResult Result(string name, string title, double value, bool isShare, string note) => new(new MetricValue(
        name, title, value, Deviation: null, HigherIsBetter: true, isShare, Network: null, _samples.Count, note));
}
