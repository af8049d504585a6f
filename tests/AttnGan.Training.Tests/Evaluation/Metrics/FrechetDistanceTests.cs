using System.Text.Json;
using AttnGan.Training.Evaluation.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

[WithoutCollections]
public sealed class FrechetDistanceTests : IDisposable
{
    private readonly ReferenceValues _values = new("metrics");
    private readonly JsonDocument _expected = JsonDocument.Parse(File.ReadAllText(ReferenceValues.PathOf("metrics.json")));
    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [InlineData("fid_1_2", "in.fid.features1", "in.fid.features2", 1e-8)]
    [InlineData("fid_1_1", "in.fid.features1", "in.fid.features1", 1e-8)]
    [InlineData("fid_1_3_rank_deficient", "in.fid.features1", "in.fid.features3_rank_deficient", 1e-4)]
    public void Frechet_distance_equals_the_reference_in_both_directions(string name, string first, string second, double tolerance)
    {
        using FeatureStatistics a = FeatureStatisticsTests.Statistics(_values[first]);
        using FeatureStatistics b = FeatureStatisticsTests.Statistics(_values[second]);
        JsonElement expected = _expected.RootElement.GetProperty(name);

        Assert.Equal(expected.GetProperty("fid").GetDouble(), FrechetDistance.Between(a, b), tolerance);
        Assert.Equal(expected.GetProperty("fid").GetDouble(), FrechetDistance.Between(b, a), tolerance);
        Assert.Equal(
            expected.GetProperty("mu2").EnumerateArray().Select(x => x.GetDouble()),
            b.Mean.data<double>().ToArray(),
            (x, y) => Math.Abs(x - y) < 1e-12);
        Assert.Equal(expected.GetProperty("trace2").GetDouble(), b.Covariance().trace().item<double>(), 1e-10);
    }

    public void Dispose()
    {
        _scope.Dispose();
        _expected.Dispose();
        _values.Dispose();
    }
}
