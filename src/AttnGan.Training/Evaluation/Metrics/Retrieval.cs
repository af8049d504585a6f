using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>Caption-image retrieval: how often the right answer is among the best 1, 5 or 10 of all candidates.</summary>
internal static class Retrieval
{
    // Rows of scores that are held at once: 30,000 pairs take 30 MB and not 3.6 GB.
    private const int ChunkSize = 256;

    /// <summary>By the cosines of features, never all of them at once.</summary>
    /// <param name="codes">(N, D): features of the images.</param>
    /// <param name="sentences">(N, D): features of their captions; pair i belongs together.</param>
    /// <param name="classes">(N) class of each pair: any answer of the right class is right.</param>
    public static RetrievalResult Measure(Tensor codes, Tensor sentences, Tensor classes)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor images = Cosine.Normalize(codes);
        Tensor captions = Cosine.Normalize(sentences);
        return new RetrievalResult(Recalls(InChunks(images, captions)), Recalls(InChunks(captions, images)));

        Tensor InChunks(Tensor questions, Tensor answers)
        {
            List<Tensor> ranks = [];
            for (long start = 0; start < questions.shape[0]; start += ChunkSize)
            {
                using DisposeScope chunk = NewDisposeScope();
                Range rows = (int)start..(int)Math.Min(start + ChunkSize, questions.shape[0]);
                ranks.Add(Ranks(matmul(questions[rows], answers.t()), classes[rows], classes).MoveToOuterDisposeScope());
            }

            return cat(ranks);
        }
    }

    /// <summary>
    /// The rank of the best right answer from 0: the number of wrong ones that beat it. Ties count half: features that have collapsed into
    /// one must not look perfect. Neither must NaN, which is never "less or equal".
    /// </summary>
    /// <param name="scores">(Q, A) of questions and answers.</param>
    /// <param name="questions">(Q) class of each question.</param>
    /// <param name="answers">(A) class of each answer.</param>
    private static Tensor Ranks(Tensor scores, Tensor questions, Tensor answers)
    {
        Tensor wrong = questions.unsqueeze(1).ne(answers.unsqueeze(0));
        Tensor best = scores.masked_fill(wrong, float.NegativeInfinity).amax([1], keepdim: true);
        return scores.le(best).logical_not().sum(dim: 1) + scores.eq(best).logical_and(wrong).sum(dim: 1) * 0.5;
    }

    private static Recall Recalls(Tensor ranks)
    {
        return new Recall(Share(1), Share(5), Share(10));

        double Share(int count) => ranks.lt(count).to(ScalarType.Float64).mean().item<double>();
    }
}

/// <summary>Shares in [0, 1] of questions whose right answer is among the best 1, 5 and 10.</summary>
internal sealed record Recall(double At1, double At5, double At10);

internal sealed record RetrievalResult(Recall ImageToText, Recall TextToImage);
