using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Networks;

/// <summary>
/// The image encoder of a DAMSM in place of Inception-v3, for images unlike those of ImageNet. Features are its global image features.
/// Classes are those of the dataset, each represented by the mean of its sentence features.
/// </summary>
internal sealed class DamsmFeatureNetwork : IFeatureNetwork
{
    /// <summary>Bounds memory: one probability per class is kept for each image.</summary>
    public const int MaxClasses = 1000;

    private readonly DamsmScorer _scorer;
    private readonly Tensor? _classes; // (classes, D), unit length

    /// <param name="scorer">The DAMSM; not disposed with this object.</param>
    /// <param name="captions">The captions of each class.</param>
    /// <param name="cancellation">Checked between batches.</param>
    public DamsmFeatureNetwork(DamsmScorer scorer, IReadOnlyList<IReadOnlyList<string>> captions, CancellationToken cancellation)
    {
        _scorer = scorer;
        Network = scorer.Network with { Role = IFeatureNetwork.Role };
        if (captions.Count is < 2 or > MaxClasses)
        {
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor sentences = scorer.Sentences([.. captions.SelectMany(some => some)], cancellation);
        using var pause = CollectionPause.Begin();
        Tensor[] means =
        [
            .. Cosine.Normalize(sentences).split([.. captions.Select(some => (long)some.Count)]).Select(some => some.mean([0])),
        ];
        _classes = Cosine.Normalize(stack(means)).DetachFromDisposeScope();
        ClassesNote = $"the classes are the {captions.Count} of the dataset, with the softmax of gamma3 times the cosine with the mean " +
            "of each class's sentence features as probabilities; not comparable with published scores, which use the classes of ImageNet";
    }

    public EvaluationNetwork Network { get; }

    public int Dimensions => _scorer.Dimensions;

    public bool HasClasses => _classes is not null;

    public string? DistanceSuffix => "DAMSM features";

    public string? ClassesNote { get; }

    public FeatureReading Read(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor codes = _scorer.Codes(images);
        Tensor? probabilities = _classes is null
            ? null
            : nn.functional.softmax(matmul(Cosine.Normalize(codes), _classes.t()) * _scorer.Config.Damsm.Gamma3, dim: 1);
        return new FeatureReading(codes.MoveToOuterDisposeScope(), probabilities?.MoveToOuterDisposeScope());
    }

    public void Dispose() => _classes?.Dispose();
}
