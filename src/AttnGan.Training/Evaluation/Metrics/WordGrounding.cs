using AttnGan.Attention;
using AttnGan.Imaging;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// The share of the last stage's attention to words for the object that lies on the object, and of words for the background that lies on
/// the background, by themselves and relative to the area. <see cref="AttentionGrounding"/> measures color words.
/// </summary>
internal sealed class WordGrounding(MetricContext context) : IMetric
{
    private readonly List<AttentionOnMask> _objects = [];
    private readonly List<AttentionOnMask> _backgrounds = [];

    public static MetricDefinition Definition { get; } = new(
        "word_grounding", MetricInputs.Attention, context => new WordGrounding(context))
    {
        EmptyReason = $"no image has an object of {AttentionGrounding.MinArea:P0} to {AttentionGrounding.MaxArea:P0} of its pixels on a " +
            "plain background, or a mask, and a caption with words for either",
    };

    public void Add(ImageBatch batch)
    {
        for (int i = 0; i < batch.Images.Count; i++)
        {
            RgbImage image = batch.Images[i].Image;
            if (batch.Images[i].Attention is { } attention && MaskOf(image, batch, i) is { } mask)
            {
                Add(attention, mask, image.Width);
            }
        }
    }

    public IEnumerable<MetricResult> Compute() =>
    [
        .. Results("object", "object words on object", _objects),
        .. Results("background", "background words", _backgrounds),
    ];

    /// <summary>Tells which words of a caption name an object or the background; others are neither.</summary>
    public static (IReadOnlyList<int> Object, IReadOnlyList<int> Background) Classify(IReadOnlyList<string> words)
    {
        int start = CaptionWords.EndOfMedium(words);
        int[] background =
        [
            .. Enumerable.Range(start, words.Count - start).Where(i => CaptionWords.IsBackground(words[i]) ||
                (i + 1 < words.Count && CaptionWords.IsBackground(words[i + 1]) && !CaptionWords.IsFunction(words[i]))),
        ];
        int[] objects =
        [
            .. Enumerable.Range(start, words.Count - start).Where(i => !background.Contains(i) &&
                BasicColors.IndexOf(words[i]) is null && !CaptionWords.IsFunction(words[i]) && !CaptionWords.IsMedium(words[i])),
        ];
        return (objects, background);
    }

    private void Add(StageAttention attention, bool[] mask, int width)
    {
        (IReadOnlyList<int> objects, IReadOnlyList<int> backgrounds) = Classify(attention.Words);
        AddTo(_objects, objects, mask);
        AddTo(_backgrounds, backgrounds, [.. mask.Select(isObject => !isObject)]);

        void AddTo(List<AttentionOnMask> samples, IReadOnlyList<int> words, bool[] part)
        {
            double[] coverage = AttentionOnMask.Coverage(part, width, attention.Size);
            double area = AttentionOnMask.AreaOf(part);
            samples.AddRange(words.Select(word => AttentionOnMask.Measure(attention.MapOf(word), coverage, area)));
        }
    }

    /// <summary>
    /// Returns the object in an image: what differs from its plain background; where it has none, the masks of the dataset's image of the
    /// caption. Null if neither is known, or the object is too small or too large.
    /// </summary>
    private bool[]? MaskOf(RgbImage image, ImageBatch batch, int i)
    {
        bool[]? mask = Foreground.Of(image) ?? context.LoadMask?.Invoke(batch.Pairs[i].Image);
        double? area = mask?.Average(isObject => isObject ? 1.0 : 0);
        return area is >= AttentionGrounding.MinArea and <= AttentionGrounding.MaxArea ? mask : null;
    }

    private static IEnumerable<MetricResult> Results(string name, string title, List<AttentionOnMask> samples)
    {
        if (samples.Count == 0)
        {
            yield break;
        }

        double share = samples.Average(sample => sample.Share);
        double area = samples.Average(sample => sample.Area);
        string note = $"attention of the last stage to words of the {name}, which covers {area:P1} on average";
        yield return Result($"{name}_grounding", $"Grounding of {title}", share / area, isShare: false, $"{note}; 1 is chance");
        yield return Result($"attention_on_{name}", $"Attention of {title}", share, isShare: true, note);

        MetricResult Result(string key, string heading, double value, bool isShare, string text) => new(new MetricValue(
            key, heading, value, Deviation: null, HigherIsBetter: true, isShare, Network: null, samples.Count, text));
    }
}
