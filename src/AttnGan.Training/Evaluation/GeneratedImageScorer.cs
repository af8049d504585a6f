using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>
/// Scores the images that a generator in training makes of the validation captions, with one DAMSM: R-precision, and the Fréchet distance
/// from the real images. Captions and real images are encoded once.
/// </summary>
internal sealed class GeneratedImageScorer : IDisposable
{
    private readonly DamsmEncoders _encoders;
    private readonly string _prefix;
    private readonly FeatureStatistics _real;
    private readonly IReadOnlyList<int> _positives;
    private readonly IReadOnlyList<int[]> _negatives;
    private readonly Tensor _sentences; // (T, D)

    /// <param name="encoders">The DAMSM; not disposed with this object.</param>
    /// <param name="prefix">Prefix of the names of the measures.</param>
    /// <param name="candidates">The distinct captions.</param>
    /// <param name="positives">The index of each image's own caption among them.</param>
    /// <param name="negatives">The indices of each image's negatives, the same number for all images; may be none.</param>
    /// <param name="real">Feature statistics of the real images; disposed with this object.</param>
    public GeneratedImageScorer(
        DamsmEncoders encoders,
        string prefix,
        IReadOnlyList<string> candidates,
        IReadOnlyList<int> positives,
        IReadOnlyList<int[]> negatives,
        FeatureStatistics real)
    {
        _encoders = encoders;
        _prefix = prefix;
        _positives = positives;
        _negatives = negatives;
        _real = real;
        _sentences = encoders.Sentences(candidates).DetachFromDisposeScope();
    }

    /// <summary>Computes the global features of images: (B, D).</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    public Tensor Codes(Tensor images) => _encoders.Codes(images);

    /// <summary>Computes the measures, and the quality that they combine to (docs/training.md).</summary>
    /// <param name="codes">(N, D): global features of all generated images.</param>
    public ValidationResult Measure(Tensor codes)
    {
        using DisposeScope scope = NewDisposeScope();
        if (!codes.isfinite().all().item<bool>())
        {
            return new ValidationResult([new(_prefix + "fd", double.NaN)], null);
        }

        (double distance, double share) = Distance(_real, codes);
        if (_negatives[0].Length == 0)
        {
            return new ValidationResult([new(_prefix + "fd", distance)], -share);
        }

        double precision = RPrecision.Share(RPrecision.Hits(codes.cpu(), _sentences.cpu(), _positives, _negatives)).Share;
        return new ValidationResult([new(_prefix + "r_precision", precision), new(_prefix + "fd", distance)], precision - share);
    }

    /// <summary>Returns the Fréchet distance of generated from real images, and a share of 1 that does not depend on its scale.</summary>
    /// <param name="real">Statistics of the real images.</param>
    /// <param name="features">(N, D): features of the generated images.</param>
    public static (double Distance, double Share) Distance(FeatureStatistics real, Tensor features)
    {
        using var generated = FeatureStatistics.Of(features);
        double distance = FrechetDistance.Between(real, generated);

        // The variance of the real features makes the distance independent of their scale: it is the distance of a generator that
        // always returns the mean, so that such a generator gets 1/2.
        double variance = real.Covariance().trace().item<double>();
        return (distance, distance + variance > 0 ? distance / (distance + variance) : 0);
    }

    public void Dispose()
    {
        _real.Dispose();
        _sentences.Dispose();
    }
}
