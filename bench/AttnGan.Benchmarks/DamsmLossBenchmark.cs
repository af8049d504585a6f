using System.Diagnostics;
using AttnGan.Training.Configuration;
using AttnGan.Training.Losses;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace AttnGan.Benchmarks;

/// <summary>
/// The words loss vectorized over all pairs against a loop over captions, as in the published code; forward and backward. The two take
/// turns, so that they run under the same conditions.
/// </summary>
internal static class DamsmLossBenchmark
{
    public static void Run(int rounds, int threads)
    {
        set_num_threads(threads);
        Console.WriteLine($"{threads} threads, median of {rounds} rounds, forward and backward of the words loss");
        Console.WriteLine("batch  regions  words   loop ms   vectorized ms   ratio   largest difference");
        foreach ((int batch, int side, int length) in new[] { (16, 8, 10), (48, 8, 10), (48, 17, 18) })
        {
            Compare(batch, side, length, rounds);
        }
    }

    private static void Compare(int batch, int side, int length, int rounds)
    {
        const int embedding = 256;
        var config = new DamsmConfig();
        var loss = new DamsmLoss(config);
        using DisposeScope scope = NewDisposeScope();
        Tensor regions = randn(batch, embedding, side * side, requires_grad: true);
        Tensor words = randn(batch, embedding, length, requires_grad: true);
        Tensor padding = zeros(batch, length, dtype: ScalarType.Bool);
        List<double> loop = [];
        List<double> vectorized = [];
        double difference = 0;
        for (int round = -1; round < rounds; round++)
        {
            using DisposeScope inner = NewDisposeScope();
            (Tensor slow, double slowTime) = Time(() => LoopOverCaptions(regions, words, config));
            (Tensor fast, double fastTime) = Time(() => loss.WordScores(regions, words, padding));
            difference = (slow - fast).abs().max().item<float>();
            if (round >= 0)
            {
                loop.Add(slowTime);
                vectorized.Add(fastTime);
            }
        }

        (double a, double b) = (Median(loop), Median(vectorized));
        Console.WriteLine($"{batch,5} {side * side,8} {length,6} {a,9:f1} {b,15:f1} {a / b,7:f2} {difference,20:e1}");
    }

    private static (Tensor Scores, double Milliseconds) Time(Func<Tensor> scores)
    {
        var watch = Stopwatch.StartNew();
        Tensor result = scores();
        functional.cross_entropy(result, arange(result.shape[0])).backward();
        return (result, watch.Elapsed.TotalMilliseconds);
    }

    private static Tensor LoopOverCaptions(Tensor regions, Tensor words, DamsmConfig config)
    {
        List<Tensor> columns = [];
        for (int caption = 0; caption < words.shape[0]; caption++)
        {
            Tensor word = words[caption].unsqueeze(0).expand(regions.shape[0], -1, -1);     // (I, D, T)
            Tensor similarity = bmm(word.transpose(1, 2), regions);                         // (I, T, N)
            Tensor attention = functional.softmax(functional.softmax(similarity, 1) * config.Gamma1, 2);
            Tensor context = bmm(attention, regions.transpose(1, 2));                       // (I, T, D)
            Tensor cosine = functional.cosine_similarity(word.transpose(1, 2), context, 2, 1e-8);
            columns.Add((cosine * config.Gamma2).logsumexp(1));
        }

        return stack(columns, 1) * config.Gamma3;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
