using AttnGan.Training.Evaluation.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// The Inception score (Salimans et al., 2016): exp of the mean over images of KL(p(y|x) || p(y)). It is high if single images are
/// classified with confidence and all of them cover many classes.
/// </summary>
internal sealed class InceptionScore(MetricContext context) : IMetric
{
    /// <summary>Splits of the published protocol.</summary>
    public const int Splits = 10;

    private readonly IFeatureNetwork _network = context.Features!;
    private readonly List<Tensor> _probabilities = [];

    public static MetricDefinition Definition { get; } = new(
        "inception_score", MetricInputs.Features, context => new InceptionScore(context))
    {
        FindObstacle = context => context switch
        {
            { Pairs.Count: < Splits } =>
                $"it needs at least {Splits} images, one for each of its {Splits} splits, and there are {context.Pairs.Count}",
            { Features: ResNet18Network } => "ResNet-18 has no classifier; give Inception-v3 or a DAMSM with `--features`",
            { Features.HasClasses: false } =>
                $"a DAMSM in place of Inception needs 2 to {DamsmFeatureNetwork.MaxClasses} classes, and the split has another number; " +
                "give Inception-v3 with `--features`",
            _ => null,
        },
    };

    public void Add(ImageBatch batch) => _probabilities.Add(batch.Features!.Probabilities!.DetachFromDisposeScope());

    public IEnumerable<MetricResult> Compute()
    {
        using DisposeScope scope = NewDisposeScope();
        Spread score = Of(cat(_probabilities));
        string splits = $"{Splits} splits";
        return
        [
            new MetricResult(new MetricValue(
                Definition.Name,
                "Inception score",
                score.Mean,
                score.Deviation,
                HigherIsBetter: true,
                IsShare: false,
                _network.Network.Role,
                context.Pairs.Count,
                _network.ClassesNote is { } note ? $"{splits}; {note}" : splits)),
        ];
    }

    /// <summary>Returns mean and population standard deviation of the score over splits.</summary>
    /// <param name="probabilities">(N, classes): p(y|x) of each image.</param>
    /// <param name="splits">Number of splits, at most N; split i is rows [i N / splits, (i + 1) N / splits).</param>
    public static Spread Of(Tensor probabilities, int splits = Splits)
    {
        int count = (int)probabilities.shape[0];
        int Border(int split) => (int)((long)split * count / splits);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, splits, nameof(probabilities));
        return Spread.Of([.. Enumerable.Range(0, splits).Select(i => OfSplit(probabilities[Border(i)..Border(i + 1)]))]);
    }

    public void Dispose() => _probabilities.ForEach(probabilities => probabilities.Dispose());

    private static double OfSplit(Tensor probabilities)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor p = probabilities.to(float64);
        Tensor divergence = p.xlogy(p) - p.xlogy(p.mean([0], keepdim: true)); // 0 log 0 is 0
        return divergence.sum(dim: 1).mean().exp().item<double>();
    }
}
