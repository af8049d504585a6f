using AttnGan.Training.Data;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>
/// Recognizes the images that a generator in training makes of the validation captions, by the real validation images, in the features of
/// a network that the generator does not learn from. Real images are encoded once.
/// </summary>
/// <param name="network">The network; disposed with this object.</param>
internal sealed class RecognitionScorer(IFeatureNetwork network) : IDisposable
{
    private Tensor? _real; // (N, D)
    private FeatureStatistics? _statistics;
    private IReadOnlyList<int> _things = [];
    private IReadOnlyList<IReadOnlySet<int>> _correct = [];

    /// <summary>Computes the features of images: (B, D), on the CPU.</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    public Tensor Read(Tensor images) => network.Read(images).Features;

    /// <summary>Stores the real images.</summary>
    /// <param name="images">N: the images.</param>
    /// <param name="captions">N: the caption of each.</param>
    /// <param name="features">(N, D): their features.</param>
    public void Prepare(IReadOnlyList<CaptionedImage> images, IEnumerable<string> captions, Tensor features)
    {
        Forget();
        var index = ThingIndex.Of(images);
        _things = index.Things;
        _correct = [.. captions.Select(index.Named)];
        _real = features.alias().DetachFromDisposeScope();
        _statistics = FeatureStatistics.Of(features);
    }

    /// <summary>Computes the measures, and the quality that they combine to (docs/training.md).</summary>
    /// <param name="features">(N, D): features of all generated images.</param>
    public ValidationResult Measure(Tensor features)
    {
        using DisposeScope scope = NewDisposeScope();
        if (!features.isfinite().all().item<bool>())
        {
            return new ValidationResult([new("resnet18_fd", double.NaN)], null);
        }

        Tensor center = _real!.mean([0], keepdim: true);
        double?[] ranks = Recognition.Ranks(features - center, _real - center, _things, _correct);
        (double first, double ten) = (Recognition.ShareBelow(ranks, 1), Recognition.ShareBelow(ranks, 10));
        (double distance, double share) = GeneratedImageScorer.Distance(_statistics!, features);
        return new ValidationResult(
            [new("recognition", first), new("recognition_r10", ten), new("resnet18_fd", distance)], ((first + ten) / 2) - share);
    }

    /// <summary>Discards the real images.</summary>
    public void Forget()
    {
        _real?.Dispose();
        _statistics?.Dispose();
        (_real, _statistics) = (null, null);
    }

    public void Dispose()
    {
        Forget();
        network.Dispose();
    }
}
