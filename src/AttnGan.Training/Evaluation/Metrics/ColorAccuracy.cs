using AttnGan.Text;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>The share of images whose dominant color is the one that the caption names, over captions that name exactly one.</summary>
internal sealed class ColorAccuracy : IMetric
{
    private static readonly CaptionTokenizer s_tokenizer = new(TokenizerMode.Unicode);

    private readonly List<double?> _hits = [];

    public static MetricDefinition Definition { get; } = new("color_accuracy", MetricInputs.None, _ => new ColorAccuracy())
    {
        FindObstacle = context =>
            context.Pairs.Any(pair => NamedColor(pair.Caption) is not null) ? null : "no caption names exactly one color",
    };

    public void Add(ImageBatch batch)
    {
        for (int i = 0; i < batch.Images.Count; i++)
        {
            _hits.Add(NamedColor(batch.Pairs[i].Caption) is { } named
                ? BasicColors.Dominant(batch.Colors[i], batch.Images[i].Image.Width) == named ? 1 : 0
                : null);
        }
    }

    public IEnumerable<MetricResult> Compute()
    {
        double[] counted = [.. _hits.OfType<double>()];
        return
        [
            new MetricResult(
                new MetricValue(
                    Definition.Name,
                    "Color accuracy",
                    counted.Average(),
                    Deviation: null,
                    HigherIsBetter: true,
                    IsShare: true,
                    Network: null,
                    counted.Length,
                    "dominant color of the image, over the captions that name exactly one of eleven colors"),
                _hits),
        ];
    }

    /// <summary>Returns the number of the color that a caption names (<see cref="BasicColors"/>); null for none and for several.</summary>
    public static int? NamedColor(string caption)
    {
        int[] colors = [.. NamedColors(caption).Take(2)];
        return colors is [var only] ? only : null;
    }

    /// <summary>Returns the numbers of the distinct colors that a caption names.</summary>
    public static IEnumerable<int> NamedColors(string caption) =>
        s_tokenizer.Tokenize(caption).Select(BasicColors.IndexOf).OfType<int>().Distinct();
}
