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
    private readonly List<Tensor> _regions = [];
    private HashSet<int> _rowsWithRegions = [];
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

    /// <summary>Keeps the region features of some images; call it before the first one is encoded.</summary>
    /// <param name="rows">Numbers of the images.</param>
    public void KeepRegions(IEnumerable<int> rows) => _rowsWithRegions = [.. rows];

    private bool IsIndependent => _scorer.Network.Role == DamsmScorer.IndependentRole;

    /// <summary>Encodes a batch of images.</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    /// <param name="first">The number of the first one.</param>
    public ImageEncoding Encode(Tensor images, int first)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor codes, Tensor? regions) = _rowsWithRegions.Count == 0 ? (_scorer.Codes(images), null) : _scorer.Features(images);
        long[] kept =
        [
            .. Enumerable.Range(0, (int)codes.shape[0]).Where(b => _rowsWithRegions.Contains(first + b)).Select(b => (long)b),
        ];
        Tensor? keptRegions = regions is null || kept.Length == 0 ? null : regions.index_select(0, tensor(kept));
        return new ImageEncoding(codes.MoveToOuterDisposeScope(), keptRegions?.MoveToOuterDisposeScope());
    }

    /// <summary>Adds the next images of the pairs.</summary>
    public void Add(ImageEncoding images)
    {
        using DisposeScope scope = NewDisposeScope();
        long[] own = [.. Positives.Skip(_cosines.Count).Take((int)images.Codes.shape[0]).Select(row => (long)row)];
        Tensor cosines = (Cosine.Normalize(images.Codes) * Cosine.Normalize(Sentences.index_select(0, tensor(own)))).sum(dim: 1);
        _cosines.AddRange(cosines.data<float>().ToArray().Select(cosine => (double)cosine));
        _codes.Add(images.Codes.alias().DetachFromDisposeScope());
        if (images.Regions is { } regions)
        {
            _regions.Add(regions.alias().DetachFromDisposeScope());
        }
    }

    /// <summary>Returns the global features of all images: (N, D).</summary>
    public Tensor Codes() => cat(_codes);

    /// <summary>
    /// Scores the images whose regions are kept against captions, by the words' score and by that of the global features (equations 7 to
    /// 10): both with the factors of the DAMSM's training.
    /// </summary>
    /// <param name="captions">The captions, each with a word that the DAMSM knows.</param>
    /// <param name="images">The rows of the images in <see cref="Codes"/>, in the order of the kept regions.</param>
    /// <returns>(I, J) of images and captions.</returns>
    public (Tensor Words, Tensor Sentence) Scores(IReadOnlyList<string> captions, IReadOnlyList<int> images)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor codes = Codes().index_select(0, tensor([.. images.Select(row => (long)row)]));
        (Tensor words, Tensor sentence) = _scorer.Scores(cat(_regions), codes, captions);
        return (words.MoveToOuterDisposeScope(), sentence.MoveToOuterDisposeScope());
    }

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
        _regions.ForEach(regions => regions.Dispose());
    }
}

/// <summary>A batch of images as encoded by a DAMSM.</summary>
/// <param name="Codes">Global features: (B, D).</param>
/// <param name="Regions">Region features of the images whose regions are kept: (K, D, N); null if there are none.</param>
internal sealed record ImageEncoding(Tensor Codes, Tensor? Regions);
