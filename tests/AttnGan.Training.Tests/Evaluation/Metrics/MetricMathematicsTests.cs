using System.Text.Json;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Formats;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

[WithoutCollections]
public sealed class MetricMathematicsTests : IDisposable
{
    private readonly ReferenceValues _values = new("metrics");
    private readonly JsonDocument _expected = JsonDocument.Parse(File.ReadAllText(ReferenceValues.PathOf("metrics.json")));
    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [InlineData("fid_1_2", "in.fid.features1", "in.fid.features2", 1e-8)]
    [InlineData("fid_1_1", "in.fid.features1", "in.fid.features1", 1e-8)]
    [InlineData("fid_1_3_rank_deficient", "in.fid.features1", "in.fid.features3_rank_deficient", 1e-4)]
    public void Frechet_distance_equals_the_reference_both_ways(string name, string first, string second, double tolerance)
    {
        using FeatureStatistics a = Statistics(_values[first]);
        using FeatureStatistics b = Statistics(_values[second]);
        JsonElement expected = _expected.RootElement.GetProperty(name);

        Assert.Equal(expected.GetProperty("fid").GetDouble(), FrechetDistance.Between(a, b), tolerance);
        Assert.Equal(expected.GetProperty("fid").GetDouble(), FrechetDistance.Between(b, a), tolerance);
        Assert.Equal(expected.GetProperty("mu2").EnumerateArray().Select(x => x.GetDouble()), b.Mean.data<double>().ToArray(), (x, y) => Math.Abs(x - y) < 1e-12);
        Assert.Equal(expected.GetProperty("trace2").GetDouble(), b.Covariance().trace().item<double>(), 1e-10);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void Statistics_of_batches_equal_those_of_all_features_at_once(int batchSize)
    {
        // Far from zero, where the textbook's sum of squares loses its digits.
        Tensor features = _values["in.fid.features1"].to(float64) + 1e6;
        using var streamed = new FeatureStatistics(16);
        foreach (Tensor batch in features.split(batchSize))
        {
            streamed.Add(batch);
        }

        Tensor centered = features - features.mean([0]);
        Tensor covariance = matmul(centered.t(), centered) / (features.shape[0] - 1);
        Assert.Equal(200, streamed.Count);
        Assert.InRange((streamed.Mean - features.mean([0])).abs().max().item<double>(), 0, 1e-8);
        Assert.InRange((streamed.Covariance() - covariance).abs().max().item<double>(), 0, 1e-8);
    }

    [Fact]
    public void Statistics_come_back_from_their_file_and_only_for_their_source()
    {
        using var folder = new TemporaryDirectory();
        string path = folder.File("statistics.safetensors");
        Dictionary<string, string> source = new() { ["network"] = "n1", ["data"] = "d1" };
        using FeatureStatistics saved = Statistics(_values["in.fid.features2"]);
        saved.Save(path, source);

        using var loaded = FeatureStatistics.Load(path, source);

        Assert.Equal(saved.Count, loaded.Count);
        Assert.Equal(0, FrechetDistance.Between(saved, loaded), 1e-8);
        Assert.Equal(saved.Covariance().data<double>().ToArray(), loaded.Covariance().data<double>().ToArray());
        CheckpointException other = Assert.Throws<CheckpointException>(() => FeatureStatistics.Load(path, new Dictionary<string, string>(source) { ["data"] = "d2" }));
        Assert.Contains("data is `d1`, expected `d2`", other.Message);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^3] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Throws<CheckpointException>(() => FeatureStatistics.Load(path, source));
    }

    [Fact]
    public void Fewer_than_two_features_have_no_covariance()
    {
        using FeatureStatistics one = Statistics(ones(1, 3));
        using FeatureStatistics wider = Statistics(ones(2, 4));

        Assert.Throws<InvalidOperationException>(one.Covariance);
        Assert.Throws<ArgumentException>(() => FrechetDistance.Between(one, wider));
    }

    [Theory]
    [InlineData("inception_score_10")]
    [InlineData("inception_score_1")]
    [InlineData("inception_score_7_uneven")]
    public void Inception_score_equals_the_reference(string name)
    {
        JsonElement expected = _expected.RootElement.GetProperty(name);

        Spread score = InceptionScore.Of(_values["in.is.probs"], expected.GetProperty("splits").GetInt32());

        Assert.Equal(expected.GetProperty("mean").GetDouble(), score.Mean, 1e-6);
        Assert.Equal(expected.GetProperty("std").GetDouble(), score.Deviation, 1e-6);
    }

    [Fact]
    public void Inception_score_is_the_number_of_classes_where_each_is_sure_and_one_where_nothing_is()
    {
        Assert.Equal(5, InceptionScore.Of(eye(5).repeat(4, 1), splits: 2).Mean, 1e-12);
        Assert.Equal(1, InceptionScore.Of(full(20, 5, 0.2), splits: 2).Mean, 1e-12);
    }

    [Fact]
    public void R_precision_equals_the_reference()
    {
        Tensor candidates = _values["in.rprec.candidates"]; // (N, 100, D)
        long[] right = _values["in.rprec.true_index"].data<long>().ToArray();
        int each = (int)candidates.shape[1];
        int[] own = [.. right.Select((index, n) => n * each + (int)index)];
        int[][] wrong = [.. own.Select((row, n) => Enumerable.Range(n * each, each).Where(other => other != row).ToArray())];

        bool[] hits = RPrecision.Hits(_values["in.rprec.image_codes"], candidates.flatten(0, 1), own, wrong);

        Assert.Equal(_values["out.rprec.rank_of_true"].data<long>().ToArray().Select(rank => rank == 0), hits);
        Assert.Equal(_expected.RootElement.GetProperty("r_precision_top1").GetDouble(), RPrecision.Share(hits).Share, 1e-12);
    }

    [Fact]
    public void Features_of_chance_find_one_caption_of_a_hundred()
    {
        random.manual_seed(3).Dispose();
        const int Count = 4000;
        int[] own = [.. Enumerable.Range(0, Count)];
        int[][] wrong = [.. own.Select(n => Enumerable.Range(1, RPrecision.WrongCandidates).Select(step => (n + step) % Count).ToArray())];

        (double share, double? deviation) = RPrecision.Share(RPrecision.Hits(randn(Count, 8), randn(Count, 8), own, wrong));

        Assert.InRange(share, 0.005, 0.016);
        Assert.InRange(deviation!.Value, 0.001, 0.01);
    }

    [Fact]
    public void A_tie_is_no_hit_and_neither_is_what_is_no_number()
    {
        Tensor codes = tensor(new float[,] { { 1, 0 }, { 1, 0 }, { 1, 0 }, { float.NaN, 0 } });
        Tensor sentences = tensor(new float[,] { { 2, 0 }, { 1, 1 }, { 3, 0 }, { float.NaN, 1 } });

        Assert.Equal(
            [true, false, false, false],
            RPrecision.Hits(codes, sentences, [0, 0, 0, 0], [[1], [2], [3], [1]])); // better, equal, not a number, not a number
    }

    [Fact]
    public void Deviation_is_that_of_ten_groups()
    {
        // Groups of 2: five of them with both right, five with none.
        (double share, double? deviation) = RPrecision.Share([.. Enumerable.Range(0, 20).Select(n => n < 10)]);

        Assert.Equal((0.5, 0.5), (share, deviation));
        Assert.Null(RPrecision.Share([true, false]).Deviation);
    }

    [Fact]
    public void Wrong_candidates_are_of_other_classes_different_and_fixed_by_the_seed()
    {
        CandidatePool pool = new(
            Enumerable.Range(0, 30).Select(n => ($"caption {n}", $"class {n % 3}")).Append(("caption 0", "class 1")));

        int[] drawn = pool.Draw("class 1", 19, seed: 4, image: 2);

        // Ten captions are its own, and one that it shares.
        Assert.Equal((30, 19, 20), (pool.Captions.Count, pool.CountForeign("class 1"), pool.CountForeign("class 0")));
        Assert.Equal("class 0", pool.ClassOf(0));
        Assert.Equal(Enumerable.Range(1, 29).Where(n => n % 3 != 1), drawn.Order());
        Assert.Equal(drawn, pool.Draw("class 1", 19, seed: 4, image: 2));
        Assert.NotEqual(drawn, pool.Draw("class 1", 19, seed: 5, image: 2));
        Assert.NotEqual(drawn, pool.Draw("class 1", 19, seed: 4, image: 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Draw("class 1", 20, seed: 4, image: 2));
    }

    [Fact]
    public void Every_wrong_candidate_is_drawn_as_often_as_others()
    {
        CandidatePool pool = new(Enumerable.Range(0, 20).Select(n => ($"{n}", $"{n}")));
        int[] counts = new int[20];
        for (int image = 0; image < 4000; image++)
        {
            Array.ForEach(pool.Draw("0", 5, seed: 1, image), candidate => counts[candidate]++);
        }

        Assert.Equal(0, counts[0]);
        Assert.All(counts[1..], count => Assert.InRange(count, 900, 1210)); // 4000 * 5 / 19 = 1053
    }

    public void Dispose()
    {
        _scope.Dispose();
        _expected.Dispose();
        _values.Dispose();
    }

    private static FeatureStatistics Statistics(Tensor features)
    {
        var statistics = new FeatureStatistics((int)features.shape[1]);
        statistics.Add(features);
        return statistics;
    }
}
