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

    [Fact]
    public void The_metric_compares_the_features_of_all_batches_with_the_real_ones()
    {
        Tensor features = _values["in.fid.features1"];
        using FeatureStatistics real = FeatureStatisticsTests.Statistics(_values["in.fid.features2"]);
        double expected = _expected.RootElement.GetProperty("fid_1_2").GetProperty("fid").GetDouble();
        using IMetric metric = FrechetDistance.Definition.Create(
            MetricExamples.Context() with { Features = new NamedFeatures(16), RealFeatures = real });
        foreach (Tensor batch in features.split(64))
        {
            metric.Add(MetricExamples.Batch(batch));
        }

        MetricValue value = MetricExamples.Only(metric).Value;

        Assert.Equal(expected, value.Value, 1e-8);
        Assert.Equal(("fid", "Fréchet distance (test features)", "features"), (value.Name, value.Title, value.Network));
        Assert.Equal((false, false, 200), (value.HigherIsBetter, value.IsShare, value.Count));
        Assert.Equal($"{real.Count} real images", value.Note);
    }

    [Theory]
    [InlineData(4, 5, 3, false, "5 real images")]
    [InlineData(3, 5, 3, false, "5 real images; the covariance of 3 images in 3 dimensions is singular")]
    [InlineData(5, 2, 3, false, "2 real images; the covariance of 2 images in 3 dimensions is singular")]
    [InlineData(4, 4, 3, true, "the model may have been trained with this network")]
    public void The_note_warns_of_few_images_and_of_a_network_that_the_model_was_trained_with(
        int generated, int real, int dimensions, bool trained, string note)
    {
        using FeatureStatistics statistics = FeatureStatisticsTests.Statistics(randn(real, dimensions));
        MetricContext context = MetricExamples.Context() with
        {
            Features = new NamedFeatures(dimensions),
            RealFeatures = statistics,
            IsTrainedWithFeatures = trained,
        };
        using IMetric metric = FrechetDistance.Definition.Create(context);
        metric.Add(MetricExamples.Batch(randn(generated, dimensions)));

        string found = MetricExamples.Only(metric).Value.Note!;

        Assert.StartsWith(note, found, StringComparison.Ordinal);
        Assert.Equal(note.Contains("singular", StringComparison.Ordinal), found.Contains("singular", StringComparison.Ordinal));
        Assert.Equal(trained, found.Contains("trained", StringComparison.Ordinal));
    }

    public void Dispose()
    {
        _scope.Dispose();
        _expected.Dispose();
        _values.Dispose();
    }
}
