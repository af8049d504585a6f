using System.Text.Json;
using AttnGan.Training.Evaluation.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

[WithoutCollections]
public sealed class RPrecisionTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    [Fact]
    public void R_precision_equals_the_reference()
    {
        using var values = new ReferenceValues("metrics");
        using var expected = JsonDocument.Parse(File.ReadAllText(ReferenceValues.PathOf("metrics.json")));
        Tensor candidates = values["in.rprec.candidates"]; // (N, 100, D)
        long[] correct = values["in.rprec.true_index"].data<long>().ToArray();
        int each = (int)candidates.shape[1];
        int[] positives = [.. correct.Select((index, n) => n * each + (int)index)];
        int[][] negatives =
        [
            .. positives.Select((row, n) => Enumerable.Range(n * each, each).Where(other => other != row).ToArray()),
        ];

        bool[] hits = RPrecision.Hits(values["in.rprec.image_codes"], candidates.flatten(0, 1), positives, negatives);

        Assert.Equal(values["out.rprec.rank_of_true"].data<long>().ToArray().Select(rank => rank == 0), hits);
        Assert.Equal(expected.RootElement.GetProperty("r_precision_top1").GetDouble(), RPrecision.Share(hits).Share, 1e-12);
    }

    [Fact]
    public void Random_features_score_1_percent()
    {
        random.manual_seed(3).Dispose();
        const int Count = 4000;
        int[] positives = [.. Enumerable.Range(0, Count)];
        int[][] negatives =
        [
            .. positives.Select(n => Enumerable.Range(1, RPrecision.Negatives).Select(step => (n + step) % Count).ToArray()),
        ];

        (double share, double? deviation) = RPrecision.Share(RPrecision.Hits(randn(Count, 8), randn(Count, 8), positives, negatives));

        Assert.InRange(share, 0.005, 0.016);
        Assert.InRange(deviation!.Value, 0.001, 0.01);
    }

    [Fact]
    public void Ties_and_NaN_are_misses()
    {
        Tensor codes = tensor(new float[,] { { 1, 0 }, { 1, 0 }, { 1, 0 }, { float.NaN, 0 } });
        Tensor sentences = tensor(new float[,] { { 2, 0 }, { 1, 1 }, { 3, 0 }, { float.NaN, 1 } });

        Assert.Equal(
            [true, false, false, false],
            RPrecision.Hits(codes, sentences, [0, 0, 0, 0], [[1], [2], [3], [1]])); // higher, tie, NaN negative, NaN image
    }

    [Fact]
    public void Deviation_is_taken_over_ten_groups()
    {
        // Groups of 2: five of them with two hits, five with none.
        (double share, double? deviation) = RPrecision.Share([.. Enumerable.Range(0, 20).Select(n => n < 10)]);

        Assert.Equal((0.5, 0.5), (share, deviation));
        Assert.Null(RPrecision.Share([true, false]).Deviation);
    }

    public void Dispose() => _scope.Dispose();
}
