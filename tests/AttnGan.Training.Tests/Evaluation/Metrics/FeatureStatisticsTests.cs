using AttnGan.Training.Checkpoints;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Safetensors;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

[WithoutCollections]
public sealed class FeatureStatisticsTests : IDisposable
{
    private readonly ReferenceValues _values = new("metrics");
    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void Statistics_of_batches_equal_those_of_all_features_at_once(int batchSize)
    {
        // Far from zero, where the naive sum of squares loses its digits.
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
    public void Statistics_round_trip_through_a_file_and_are_refused_for_another_source()
    {
        using var folder = new TemporaryDirectory();
        string path = folder.File("statistics.safetensors");
        Dictionary<string, string> source = new() { ["network"] = "n1", ["data"] = "d1" };
        Dictionary<string, string> otherSource = new(source) { ["data"] = "d2" };
        using FeatureStatistics saved = Statistics(_values["in.fid.features2"]);
        saved.Save(path, source);

        using var loaded = FeatureStatistics.Load(path, source);

        Assert.Equal(saved.Count, loaded.Count);
        Assert.Equal(0, FrechetDistance.Between(saved, loaded), 1e-8);
        Assert.Equal(saved.Covariance().data<double>().ToArray(), loaded.Covariance().data<double>().ToArray());
        CheckpointException other = Assert.Throws<CheckpointException>(() => FeatureStatistics.Load(path, otherSource));
        Assert.Contains("data is `d1`, expected `d2`", other.Message);
        byte[] bytes = File.ReadAllBytes(path);
        bytes[^3] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Throws<CheckpointException>(() => FeatureStatistics.Load(path, source));
    }

    [Fact]
    public void An_empty_batch_changes_nothing()
    {
        using FeatureStatistics statistics = Statistics(_values["in.fid.features2"]);
        (long count, double[] mean) = (statistics.Count, statistics.Mean.data<double>().ToArray());

        statistics.Add(zeros(0, 16));

        Assert.Equal(count, statistics.Count);
        Assert.Equal(mean, statistics.Mean.data<double>().ToArray());
    }

    [Theory]
    [InlineData("whole", null)]
    [InlineData("format", "another source: format is `other`, expected `attngan-statistics/1`")]
    [InlineData("no source", "another source: network is ``, expected `n1`")]
    [InlineData("no count", "incomplete")]
    [InlineData("count", "incomplete")]
    [InlineData("name", "incomplete")]
    [InlineData("type", "incomplete")]
    [InlineData("mean", "incomplete")]
    [InlineData("scatter", "incomplete")]
    public void Incomplete_statistics_are_refused(string damage, string? reason)
    {
        using var folder = new TemporaryDirectory();
        string path = folder.File("statistics.safetensors");
        Dictionary<string, Tensor> tensors = new()
        {
            ["mean"] = damage == "mean" ? zeros(1, 3, float64) : zeros(3, float64),
            [damage == "name" ? "covariance" : "scatter"] =
                zeros([3, damage == "scatter" ? 2 : 3], damage == "type" ? float32 : float64),
        };
        Dictionary<string, string> metadata = new()
        {
            ["format"] = damage == "format" ? "other" : "attngan-statistics/1",
            [damage == "no count" ? "number" : "count"] = damage == "count" ? "-5" : "5",
            [damage == "no source" ? "other" : "network"] = "n1",
        };
        SafetensorsWriter.Write(path, tensors, metadata, Checkpoint.ChecksumKey);
        Dictionary<string, string> source = new() { ["network"] = "n1" };

        if (reason is null)
        {
            using var statistics = FeatureStatistics.Load(path, source);
            Assert.Equal((5, 3), (statistics.Count, statistics.Dimensions));
        }
        else
        {
            CheckpointException refusal = Assert.Throws<CheckpointException>(() => FeatureStatistics.Load(path, source));
            Assert.Contains(reason, refusal.Message);
            Assert.Contains($"`{path}`", refusal.Message);
        }
    }

    [Fact]
    public void Fewer_than_two_features_have_no_covariance()
    {
        using FeatureStatistics one = Statistics(ones(1, 3));
        using FeatureStatistics wider = Statistics(ones(2, 4));

        Assert.Throws<InvalidOperationException>(one.Covariance);
        Assert.Throws<ArgumentException>(() => FrechetDistance.Between(one, wider));
    }

    public void Dispose()
    {
        _scope.Dispose();
        _values.Dispose();
    }

    internal static FeatureStatistics Statistics(Tensor features)
    {
        var statistics = new FeatureStatistics((int)features.shape[1]);
        statistics.Add(features);
        return statistics;
    }
}
