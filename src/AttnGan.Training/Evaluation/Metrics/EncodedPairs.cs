using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Subjects;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>The images and captions of an evaluation as encoded by one DAMSM, once for all metrics.</summary>
internal sealed class EncodedPairs : IDisposable
{
    private readonly DamsmScorer _scorer;
    private readonly List<Tensor> _codes = [];
    private readonly List<double> _cosines = [];

    /// <param name="scorer">The DAMSM; not disposed with this object.</param>
    /// <param name="captions">All captions; those of the pairs are among them.</param>
    /// <param name="pairs">The pairs to evaluate, in the order of the images.</param>
    /// <param name="cancellation">Checked between batches.</param>
    public EncodedPairs(DamsmScorer scorer, CandidatePool captions, IReadOnlyList<EvaluationPair> pairs, CancellationToken cancellation)
    {
        _scorer = scorer;
        Sentences = scorer.Sentences(captions.Captions, cancellation);
        Positives = [.. pairs.Select(pair => captions.IndexOf(pair.Caption))];
    }

    /// <summary>Sentence features of all captions: (T, D).</summary>
    public Tensor Sentences { get; }

    /// <summary>The row of each pair's own caption in <see cref="Sentences"/>.</summary>
    public IReadOnlyList<int> Positives { get; }

    /// <summary>The cosine similarity of each image so far with its caption.</summary>
    public IReadOnlyList<double> Cosines => _cosines;

    private bool IsIndependent => _scorer.Network.Role == DamsmScorer.IndependentRole;

    /// <summary>Encodes the next images of the pairs.</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    public void Add(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor codes = _scorer.Codes(images);
        long[] own = [.. Positives.Skip(_cosines.Count).Take((int)codes.shape[0]).Select(row => (long)row)];
        Tensor cosines = (Cosine.Normalize(codes) * Cosine.Normalize(Sentences.index_select(0, tensor(own)))).sum(dim: 1);
        _cosines.AddRange(cosines.data<float>().ToArray().Select(cosine => (double)cosine));
        _codes.Add(codes.DetachFromDisposeScope());
    }

    /// <summary>Returns the global features of all images: (N, D).</summary>
    public Tensor Codes() => cat(_codes);

    /// <summary>Creates a value of a metric; names and titles tell the independent DAMSM from the first.</summary>
    public MetricValue CreateValue(string name, string title, double value, double? deviation, bool isShare, string? note) => new(
        IsIndependent ? $"{name}_independent" : name,
        IsIndependent ? $"{title} (independent)" : title,
        value,
        deviation,
        HigherIsBetter: true,
        isShare,
        _scorer.Network.Role,
        Positives.Count,
        note);

    public void Dispose()
    {
        Sentences.Dispose();
        _codes.ForEach(codes => codes.Dispose());
    }
}
