using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation;

/// <summary>Caption-picture retrieval: how often the right answer is among the best 1, 5 or 10 of all candidates.</summary>
internal static class Retrieval
{
    /// <param name="scores">(I, J) score of picture i and caption j; pair i belongs together.</param>
    /// <param name="classes">(I) class of each pair: any answer of the right class is right.</param>
    public static RetrievalResult Measure(Tensor scores, Tensor classes)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor right = classes.unsqueeze(0).eq(classes.unsqueeze(1));
        return new RetrievalResult(Recalls(scores, right), Recalls(scores.t(), right));
    }

    private static Recall Recalls(Tensor scores, Tensor right)
    {
        // The rank of the best right answer is the number of wrong ones that beat it. Ties count half: features that have collapsed
        // into one must not look perfect. Neither must NaN, which is never "less or equal".
        Tensor wrong = right.logical_not();
        Tensor best = scores.masked_fill(wrong, float.NegativeInfinity).amax([1], keepdim: true);
        Tensor rank = scores.le(best).logical_not().sum(dim: 1) + scores.eq(best).logical_and(wrong).sum(dim: 1) * 0.5;
        return new Recall(Share(1), Share(5), Share(10));

        double Share(int count) => rank.lt(count).to(ScalarType.Float64).mean().item<double>();
    }
}

/// <summary>Shares in [0, 1] of questions whose right answer is among the best 1, 5 and 10.</summary>
internal sealed record Recall(double At1, double At5, double At10);

internal sealed record RetrievalResult(Recall ImageToText, Recall TextToImage);
