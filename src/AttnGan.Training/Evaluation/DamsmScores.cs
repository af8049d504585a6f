using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Reports;
using AttnGan.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>What one DAMSM finds: similarity of images and captions, R-precision, recalls.</summary>
internal sealed class DamsmScores : IDisposable
{
    private readonly DamsmScorer _judge;
    private readonly CandidatePool _pool;
    private readonly IReadOnlyList<EvaluationPair> _pairs;
    private readonly long _seed;
    private readonly Tensor _sentences; // (T, D), in the pool's order
    private readonly int[] _own;
    private readonly List<Tensor> _codes = [];
    private readonly List<double> _cosines = [];

    /// <param name="judge">The DAMSM.</param>
    /// <param name="pool">All captions; those of the pairs among them.</param>
    /// <param name="pairs">The pairs that are judged, in their order.</param>
    /// <param name="seed">Decides the wrong candidates.</param>
    /// <param name="cancellation">Heeded between batches.</param>
    public DamsmScores(DamsmScorer judge, CandidatePool pool, IReadOnlyList<EvaluationPair> pairs, long seed, CancellationToken cancellation)
    {
        _judge = judge;
        _pool = pool;
        _pairs = pairs;
        _seed = seed;
        _sentences = judge.Sentences(pool.Captions, cancellation);
        _own = [.. pairs.Select(pair => pool.IndexOf(pair.Caption))];
    }

    private bool IsIndependent => _judge.Network.Role == DamsmScorer.IndependentRole;

    /// <summary>Cosine of each image that was added and its caption.</summary>
    public IReadOnlyList<double> Cosines => _cosines;

    /// <summary>The next images of the pairs.</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    public void Add(Tensor images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor codes = _judge.Codes(images);
        long[] own = [.. _own.Skip(_cosines.Count).Take((int)codes.shape[0]).Select(row => (long)row)];
        Tensor cosines = (Cosine.Normalize(codes) * Cosine.Normalize(_sentences.index_select(0, tensor(own)))).sum(dim: 1);
        _cosines.AddRange(cosines.data<float>().ToArray().Select(cosine => (double)cosine));
        _codes.Add(codes.DetachFromDisposeScope());
    }

    /// <summary>The figures that are asked for.</summary>
    public IEnumerable<ScoredMetric> Finish(IReadOnlySet<EvaluationMetric> asked)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor codes = cat(_codes);
        List<ScoredMetric> metrics = [];
        if (asked.Contains(EvaluationMetric.RPrecision))
        {
            // Before the engine computes: the draws leave much behind to collect.
            int[][] wrong = [.. _pairs.Select((pair, i) => _pool.Draw(pair.Class, RPrecision.WrongCandidates, _seed, i))];
            using var pause = CollectionPause.Begin();
            bool[] hits = RPrecision.Hits(codes, _sentences, _own, wrong);
            (double share, double? deviation) = RPrecision.Share(hits);
            metrics.Add(new(
                Metric("r_precision", "R-precision", share, deviation, isShare: true,
                    $"one of {RPrecision.WrongCandidates + 1} candidates, the others of other classes; chance finds 1 %"),
                [.. hits.Select(hit => (double?)(hit ? 1 : 0))]));
        }

        if (asked.Contains(EvaluationMetric.Recall))
        {
            string[] classes = [.. _pairs.Select(pair => pair.Class)];
            var numbers = classes.Distinct().Select((name, i) => (name, i)).ToDictionary(entry => entry.name, entry => (long)entry.i);
            using var pause = CollectionPause.Begin();
            RetrievalResult result = Retrieval.Measure(
                codes,
                _sentences.index_select(0, tensor([.. _own.Select(row => (long)row)])),
                tensor([.. classes.Select(name => numbers[name])]));
            metrics.AddRange(Recalls("image_to_text", "Caption of an image", result.ImageToText));
            metrics.AddRange(Recalls("text_to_image", "Image of a caption", result.TextToImage));
        }

        if (asked.Contains(EvaluationMetric.CaptionSimilarity))
        {
            metrics.Add(new(
                Metric("caption_similarity", "Cosine of image and caption", _cosines.Average(), null, isShare: false, null),
                [.. _cosines.Select(cosine => (double?)cosine)]));
        }

        return metrics;
    }

    public void Dispose()
    {
        _sentences.Dispose();
        _codes.ForEach(codes => codes.Dispose());
    }

    private IEnumerable<ScoredMetric> Recalls(string name, string title, Recall recall) =>
        from at in new[] { (Count: 1, Share: recall.At1), (Count: 5, Share: recall.At5), (Count: 10, Share: recall.At10) }
        select new ScoredMetric(
            Metric($"{name}_r{at.Count}", $"{title} among the first {at.Count}", at.Share, null, isShare: true,
                $"among {_pairs.Count}; any of the same class is right"),
            null);

    private MetricValue Metric(string name, string title, double value, double? deviation, bool isShare, string? note) => new(
        IsIndependent ? $"{name}_independent" : name,
        IsIndependent ? $"{title} (independent DAMSM)" : title,
        value, deviation, HigherIsBetter: true, isShare, _judge.Network.Role, _pairs.Count, note);
}

/// <param name="Value">The figure.</param>
/// <param name="OfImages">What each image contributes to a mean, null where one says nothing; null for figures of all images together.</param>
internal sealed record ScoredMetric(MetricValue Value, IReadOnlyList<double?>? OfImages);
