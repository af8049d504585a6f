using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>
/// Images drawn from held-out captions as one DAMSM sees them: how many find their caption, and how far they are as a whole from the
/// real ones. What it makes of captions and real images is computed once.
/// </summary>
internal sealed class GeneratedImageScores : IDisposable
{
    private readonly DamsmEncoders _judge;
    private readonly string _prefix;
    private readonly FeatureStatistics _real;
    private readonly IReadOnlyList<int> _own;
    private readonly IReadOnlyList<int[]> _wrong;
    private readonly Tensor _sentences; // (T, D)

    /// <param name="judge">Who judges; stays the caller's.</param>
    /// <param name="prefix">Before the names of the figures.</param>
    /// <param name="candidates">All captions, each once.</param>
    /// <param name="own">The place of each image's own caption among them.</param>
    /// <param name="wrong">The places of its wrong candidates; none for each where there are none.</param>
    /// <param name="real">Codes of the real images; this object disposes them.</param>
    public GeneratedImageScores(
        DamsmEncoders judge, string prefix, IReadOnlyList<string> candidates, IReadOnlyList<int> own, IReadOnlyList<int[]> wrong, FeatureStatistics real)
    {
        _judge = judge;
        _prefix = prefix;
        _own = own;
        _wrong = wrong;
        _real = real;
        _sentences = judge.Sentences(candidates).DetachFromDisposeScope();
    }

    /// <summary>(B, D): global features of images.</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    public Tensor Codes(Tensor images) => _judge.Codes(images);

    /// <param name="codes">(N, D): of all drawn images.</param>
    /// <returns>The figures, and the quality that they make together (docs/training.md).</returns>
    public ValidationResult Measure(Tensor codes)
    {
        using DisposeScope scope = NewDisposeScope();
        if (!codes.isfinite().all().item<bool>())
        {
            return new ValidationResult([new(_prefix + "fd", double.NaN)], null);
        }

        using var drawn = new FeatureStatistics(_real.Dimensions);
        drawn.Add(codes);
        double distance = FrechetDistance.Between(_real, drawn);

        // The variance is the distance of one and the same image, the mean of all, from the real ones: a scale that features bring
        // with them. Half is what such an image gets.
        double variance = _real.Covariance().trace().item<double>();
        double share = distance + variance > 0 ? distance / (distance + variance) : 0;
        if (_wrong[0].Length == 0)
        {
            return new ValidationResult([new(_prefix + "fd", distance)], -share);
        }

        double precision = RPrecision.Share(RPrecision.Hits(codes.cpu(), _sentences.cpu(), _own, _wrong)).Share;
        return new ValidationResult([new(_prefix + "r_precision", precision), new(_prefix + "fd", distance)], precision - share);
    }

    public void Dispose()
    {
        _real.Dispose();
        _sentences.Dispose();
    }
}
