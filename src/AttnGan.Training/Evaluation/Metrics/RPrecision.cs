using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>
/// How often an image's own caption is nearer to it than every wrong one (paper, section 4: R = 1 of 100), by the cosine of the DAMSM's
/// global features.
/// </summary>
internal static class RPrecision
{
    /// <summary>Wrong captions that an image's own one is held against.</summary>
    public const int WrongCandidates = 99;

    /// <summary>Groups that the published deviation is taken over.</summary>
    public const int Groups = 10;

    private const int ChunkSize = 512;

    /// <summary>Whether each image finds its caption.</summary>
    /// <param name="codes">(N, D): features of the images.</param>
    /// <param name="sentences">(T, D): features of all captions.</param>
    /// <param name="own">N numbers: the row of each image's own caption.</param>
    /// <param name="wrong">N lists of equal length: the rows of its wrong candidates.</param>
    public static bool[] Hits(Tensor codes, Tensor sentences, IReadOnlyList<int> own, IReadOnlyList<int[]> wrong)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = Cosine.Normalize(codes);
        Tensor captions = Cosine.Normalize(sentences);
        List<bool> hits = [];
        for (int start = 0; start < own.Count; start += ChunkSize)
        {
            using DisposeScope chunk = NewDisposeScope();
            int size = Math.Min(ChunkSize, own.Count - start);
            long[] rows = [.. Enumerable.Range(start, size).SelectMany(n => wrong[n].Prepend(own[n])).Select(row => (long)row)];
            Tensor candidates = captions.index_select(0, tensor(rows)).view(size, -1, captions.shape[1]);            // (B, 100, D)
            Tensor scores = matmul(candidates, images[start..(start + size)].unsqueeze(2)).squeeze(2);             // (B, 100)

            // An equal one is as near: features that have collapsed into one find nothing. Nothing is greater than NaN, nor is NaN.
            Tensor best = scores[.., 1..].amax([1]);
            hits.AddRange(scores[.., 0].gt(best).data<bool>().ToArray());
        }

        return [.. hits];
    }

    /// <summary>Share of hits, with its deviation over groups: group i is images [i N / 10, (i + 1) N / 10).</summary>
    /// <returns>The deviation is null where there are fewer images than groups.</returns>
    public static (double Share, double? Deviation) Share(IReadOnlyList<bool> hits)
    {
        double share = hits.Average(hit => hit ? 1.0 : 0);
        if (hits.Count < Groups)
        {
            return (share, null);
        }

        int Border(int group) => (int)((long)group * hits.Count / Groups);
        double[] groups =
        [
            .. Enumerable.Range(0, Groups)
                .Select(group => hits.Take(Border(group)..Border(group + 1)).Average(hit => hit ? 1.0 : 0)),
        ];
        return (share, Spread.Of(groups).Deviation);
    }
}
