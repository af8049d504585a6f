using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Networks;

/// <summary>
/// The image encoder of a DAMSM in Inception's place, for data that ImageNet knows nothing of: its global features, and as classes those
/// of the data, each with the mean of its sentence features.
/// </summary>
internal sealed class DamsmFeatures : IFeatureNetwork
{
    // A probability of each class is kept for each image.
    public const int MaxClasses = 1000;

    private readonly DamsmScorer _judge;
    private readonly Tensor? _classes; // (classes, D), of length 1

    /// <param name="judge">The DAMSM; not disposed here.</param>
    /// <param name="captions">The captions of each class.</param>
    /// <param name="cancellation">Heeded between batches.</param>
    public DamsmFeatures(DamsmScorer judge, IReadOnlyList<IReadOnlyList<string>> captions, CancellationToken cancellation)
    {
        _judge = judge;
        Network = judge.Network with { Role = IFeatureNetwork.Role };
        if (captions.Count is < 2 or > MaxClasses)
        {
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor sentences = judge.Sentences([.. captions.SelectMany(some => some)], cancellation);
        using var pause = CollectionPause.Begin();
        Tensor[] means = [.. Cosine.Normalize(sentences).split([.. captions.Select(some => (long)some.Count)]).Select(some => some.mean([0]))];
        _classes = Cosine.Normalize(stack(means)).DetachFromDisposeScope();
        ScoreNote = $"classes are the data's {captions.Count}, by softmax of gamma3 times the cosine with the mean of each class' sentence " +
            "features: not ImageNet's classes, and not comparable with published scores";
    }

    public EvaluationNetwork Network { get; }

    public int Dimensions => _judge.Dimensions;

    public bool HasClasses => _classes is not null;

    public string DistanceTitle => "Fréchet distance of DAMSM features";

    public string? ScoreNote { get; }

    public FeatureReading Read(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor codes = _judge.Codes(images);
        Tensor? probabilities = _classes is null
            ? null
            : nn.functional.softmax(matmul(Cosine.Normalize(codes), _classes.t()) * _judge.Config.Damsm.Gamma3, dim: 1);
        return new FeatureReading(codes.MoveToOuterDisposeScope(), probabilities?.MoveToOuterDisposeScope());
    }

    public void Dispose() => _classes?.Dispose();
}
