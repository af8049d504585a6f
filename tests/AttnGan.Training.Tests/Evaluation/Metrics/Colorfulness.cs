using AttnGan.Imaging;
using AttnGan.Training.Evaluation.Metrics;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

// docs/adding-a-metric.md has this class; a test keeps both equal.

/// <summary>
/// Colorfulness (Hasler and Süsstrunk, 2003) of an image: the standard deviation of its opponent colors plus 0.3 times their mean.
/// </summary>
internal sealed class Colorfulness : IMetric
{
    private readonly List<double?> _values = [];

    public static MetricDefinition Definition { get; } = new("colorfulness", MetricInputs.None, _ => new Colorfulness());

    public void Add(ImageBatch batch) => _values.AddRange(batch.Images.Select(image => (double?)Of(image.Image)));

    public IEnumerable<MetricResult> Compute() =>
    [
        new MetricResult(
            new MetricValue(
                Definition.Name,
                "Colorfulness",
                _values.Average()!.Value,
                Deviation: null,
                HigherIsBetter: true,
                IsShare: false,
                Network: null,
                _values.Count),
            _values),
    ];

    public static double Of(RgbImage image)
    {
        double[] redGreen = new double[image.Width * image.Height];
        double[] yellowBlue = new double[redGreen.Length];
        for (int i = 0; i < redGreen.Length; i++)
        {
            (double r, double g, double b) = (image.Pixels[3 * i], image.Pixels[(3 * i) + 1], image.Pixels[(3 * i) + 2]);
            redGreen[i] = r - g;
            yellowBlue[i] = ((r + g) / 2) - b;
        }

        Spread first = Spread.Of(redGreen), second = Spread.Of(yellowBlue);
        return double.Hypot(first.Deviation, second.Deviation) + (0.3 * double.Hypot(first.Mean, second.Mean));
    }
}
