using AttnGan.Imaging;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Subjects;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>The mean distance of several images of the same caption, over all pairs of them, in features and in pixels.</summary>
internal sealed class Diversity : IMetric
{
    private const int MaxCaptions = 32;
    private const int ImagesPerCaption = 4;

    private readonly List<double> _features = [];
    private readonly List<double> _pixels = [];

    private Diversity(MetricContext context) => ExtraBatches =
    [
        .. context.Pairs.DistinctBy(pair => pair.Caption, StringComparer.Ordinal).Take(MaxCaptions)
            .Select(pair => Enumerable.Range(0, ImagesPerCaption).Select(i => new ImageRequest(pair, context.Seed + i)).ToArray()),
    ];

    public static MetricDefinition Definition { get; } = new("diversity", MetricInputs.Generator, context => new Diversity(context))
    {
        FindObstacle = context => context.Seed <= long.MaxValue - ImagesPerCaption
            ? null
            : $"the seed {context.Seed} leaves no room for {ImagesPerCaption} images of a caption",
    };

    public IReadOnlyList<IReadOnlyList<ImageRequest>> ExtraBatches { get; }

    public void AddExtra(ImageBatch batch)
    {
        _pixels.Add(OfPixels([.. batch.Images.Select(image => image.Image)]));
        if (batch.Features is { } features)
        {
            _features.Add(OfFeatures(features.Features));
        }
    }

    public IEnumerable<MetricResult> Compute()
    {
        string note = $"{ImagesPerCaption} images of each of {_pixels.Count} captions, all pairs";
        if (_features.Count > 0)
        {
            yield return Result("diversity_features", "Diversity, features", _features, IFeatureNetwork.Role, $"{note}; 1 - cosine");
        }

        yield return Result(
            "diversity_pixels", "Diversity, pixels", _pixels, network: null, $"{note}; root mean square difference, channels in [0, 1]");
    }

    /// <summary>Returns the mean of 1 - cosine over all pairs of features.</summary>
    /// <param name="features">(K, D), K at least 2.</param>
    public static double OfFeatures(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        long count = features.shape[0];
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2, nameof(features));
        Tensor unit = Cosine.Normalize(features.to(float64));
        Tensor cosines = matmul(unit, unit.t());
        return 1 - ((cosines.sum() - cosines.trace()).item<double>() / (count * (count - 1)));
    }

    /// <summary>Returns the mean over all pairs of images of the root mean square difference of their pixels, channels in [0, 1].</summary>
    /// <param name="images">At least 2 images of the same size.</param>
    public static double OfPixels(IReadOnlyList<RgbImage> images)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(images.Count, 2, nameof(images));
        double sum = 0;
        for (int i = 0; i < images.Count; i++)
        {
            for (int j = 0; j < i; j++)
            {
                sum += RootMeanSquare(images[i].Pixels, images[j].Pixels);
            }
        }

        return sum / (images.Count * (images.Count - 1) / 2);
    }

    private MetricResult Result(string name, string title, List<double> distances, string? network, string note) => new(new MetricValue(
        name,
        title,
        distances.Average(),
        Deviation: null,
        HigherIsBetter: true,
        IsShare: false,
        network,
        _pixels.Count * ImagesPerCaption,
        note));

    private static double RootMeanSquare(byte[] first, byte[] second)
    {
        long squares = 0;
        for (int i = 0; i < first.Length; i++)
        {
            int difference = first[i] - second[i];
            squares += difference * difference;
        }

        return Math.Sqrt((double)squares / first.Length) / 255;
    }
}
