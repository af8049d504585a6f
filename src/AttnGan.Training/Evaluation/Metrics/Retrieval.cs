using AttnGan.Training.Evaluation.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>Image-text retrieval: the share of queries whose correct answer is among the best 1, 5 or 10 candidates.</summary>
internal static class Retrieval
{
    // Rows of the score matrix in memory at once: 30,000 pairs take 30 MB instead of 3.6 GB.
    private const int ChunkSize = 256;

    /// <summary>Ranks all pairs by the cosine of their features.</summary>
    /// <param name="codes">(N, D): features of the images.</param>
    /// <param name="sentences">(N, D): features of their captions; row i of both is a pair.</param>
    /// <param name="classes">(N): class of each pair. Any answer of the same class is correct.</param>
    public static RetrievalResult Measure(Tensor codes, Tensor sentences, Tensor classes)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = Cosine.Normalize(codes);
        Tensor captions = Cosine.Normalize(sentences);
        return new RetrievalResult(
            RecallOf(rows => matmul(images[rows], captions.t()), classes, classes),
            RecallOf(rows => matmul(captions[rows], images.t()), classes, classes));
    }

    /// <summary>Returns the recall of queries among candidates.</summary>
    /// <param name="scores">(Q, A) of queries and candidates.</param>
    /// <param name="queries">(Q): class of each query.</param>
    /// <param name="candidates">(A): class of each candidate. Any of the query's class is correct.</param>
    public static Recall RecallOf(Tensor scores, Tensor queries, Tensor candidates) =>
        RecallOf(rows => scores[rows], queries, candidates);

    private static Recall RecallOf(Func<Range, Tensor> scores, Tensor queries, Tensor candidates)
    {
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> ranks = [];
        long negatives = 0;
        for (long start = 0; start < queries.shape[0]; start += ChunkSize)
        {
            using DisposeScope chunk = NewDisposeScope();
            Range rows = (int)start..(int)Math.Min(start + ChunkSize, queries.shape[0]);
            Tensor wrong = queries[rows].unsqueeze(1).ne(candidates.unsqueeze(0)); // (rows, A)
            negatives = Math.Max(negatives, wrong.sum(dim: 1).max().item<long>());
            ranks.Add(Ranks(scores(rows), wrong).MoveToOuterDisposeScope());
        }

        Tensor all = cat(ranks);
        return new Recall(Share(1), Share(5), Share(10), negatives);

        double Share(int count) => all.lt(count).to(ScalarType.Float64).mean().item<double>();
    }

    /// <summary>
    /// Returns the rank of the best correct candidate, from 0: the number of wrong candidates with a higher score. Ties count half, so
    /// that collapsed features do not look perfect. NaN does not either, because it is never "less or equal".
    /// </summary>
    /// <param name="scores">(Q, A) of queries and candidates.</param>
    /// <param name="wrong">(Q, A): true where the classes of query and candidate differ.</param>
    private static Tensor Ranks(Tensor scores, Tensor wrong)
    {
        Tensor best = scores.masked_fill(wrong, float.NegativeInfinity).amax([1], keepdim: true);
        return scores.le(best).logical_not().sum(dim: 1) + scores.eq(best).logical_and(wrong).sum(dim: 1) * 0.5;
    }
}

/// <summary>Recall@K: shares in [0, 1] of queries whose correct answer is among the best 1, 5 and 10 candidates.</summary>
/// <param name="At1">Recall@1.</param>
/// <param name="At5">Recall@5.</param>
/// <param name="At10">Recall@10.</param>
/// <param name="Negatives">The largest number of wrong candidates of a query.</param>
internal sealed record Recall(double At1, double At5, double At10, long Negatives)
{
    /// <summary>Returns the shares worth reporting: with fewer than K wrong candidates, any ranking has a Recall@K of 1.</summary>
    public IEnumerable<(int K, double Share)> Informative() =>
        new[] { (K: 1, Share: At1), (K: 5, Share: At5), (K: 10, Share: At10) }.Where(at => Negatives >= at.K);
}

internal sealed record RetrievalResult(Recall ImageToText, Recall TextToImage);
