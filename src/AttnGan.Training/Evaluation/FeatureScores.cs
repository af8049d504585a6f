using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>What a feature network finds: distance from the real images, Inception score, diversity.</summary>
internal sealed class FeatureScores(IFeatureNetwork network, bool keepProbabilities) : IDisposable
{
    private readonly FeatureStatistics _statistics = new(network.Dimensions);
    private readonly List<Tensor> _probabilities = [];

    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    public void Add(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        FeatureReading reading = Read(network, images);
        _statistics.Add(reading.Features);
        if (keepProbabilities)
        {
            _probabilities.Add(reading.Probabilities!.DetachFromDisposeScope());
        }
    }

    /// <summary>The network's reading, if it is one.</summary>
    /// <exception cref="AttnGanException">Features are no numbers.</exception>
    public static FeatureReading Read(IFeatureNetwork network, Tensor images)
    {
        FeatureReading reading = network.Read(images);
        return reading.Features.isfinite().all().item<bool>() ? reading : throw new AttnGanException(
            $"{network.Network.Name} gives features that are no numbers. Its weights are damaged or its training diverged; give another one " +
            "with `--features`.");
    }

    /// <param name="real">Of the split's images.</param>
    /// <param name="taught">Whether the model may have been trained to please this network.</param>
    public ScoredMetric Distance(FeatureStatistics real, bool taught)
    {
        using var pause = CollectionPause.Begin();
        long fewest = Math.Min(_statistics.Count, real.Count);
        string note = $"{real.Count} real images";
        if (fewest <= network.Dimensions)
        {
            note += $"; {fewest} images cannot fill {network.Dimensions} dimensions: the distance is far from that of many images, " +
                "compare only with reports of the same counts";
        }

        if (taught)
        {
            note += "; the model may have been trained to please this network: another one judges it better";
        }

        return new ScoredMetric(
            new MetricValue(
                "fid", network.DistanceTitle, FrechetDistance.Between(_statistics, real), null, HigherIsBetter: false, IsShare: false,
                network.Network.Role, (int)_statistics.Count, note),
            null);
    }

    public ScoredMetric Score()
    {
        using var pause = CollectionPause.Begin();
        using DisposeScope scope = NewDisposeScope();
        Spread score = InceptionScore.Of(cat(_probabilities));
        string splits = $"{InceptionScore.Splits} splits";
        return new ScoredMetric(
            new MetricValue(
                "inception_score", "Inception score", score.Mean, score.Deviation, HigherIsBetter: true, IsShare: false, network.Network.Role,
                (int)_statistics.Count, network.ScoreNote is { } note ? $"{splits}; {note}" : splits),
            null);
    }

    public void Dispose()
    {
        _statistics.Dispose();
        _probabilities.ForEach(probabilities => probabilities.Dispose());
    }
}
