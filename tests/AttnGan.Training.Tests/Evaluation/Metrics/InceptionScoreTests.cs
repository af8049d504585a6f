using System.Text.Json;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Subjects;
using TorchSharp;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

[WithoutCollections]
public sealed class InceptionScoreTests : IDisposable
{
    private readonly ReferenceValues _values = new("metrics");
    private readonly JsonDocument _expected = JsonDocument.Parse(File.ReadAllText(ReferenceValues.PathOf("metrics.json")));
    private readonly DisposeScope _scope = NewDisposeScope();

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
    public void Inception_score_ranges_from_1_for_uniform_predictions_to_the_number_of_classes()
    {
        Assert.Equal(5, InceptionScore.Of(eye(5).repeat(4, 1), splits: 2).Mean, 1e-12);
        Assert.Equal(1, InceptionScore.Of(full(20, 5, 0.2), splits: 2).Mean, 1e-12);
    }

    [Fact]
    public void Fewer_images_than_splits_have_no_score()
    {
        Assert.Equal(1, InceptionScore.Of(full(2, 5, 0.2), splits: 2).Mean, 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => InceptionScore.Of(full(2, 5, 0.2), splits: 3));
    }

    [Theory]
    [InlineData(null, "10 splits")]
    [InlineData("of the dataset", "10 splits; of the dataset")]
    public void The_metric_scores_the_images_of_all_batches(string? classes, string note)
    {
        JsonElement expected = _expected.RootElement.GetProperty("inception_score_10");
        Tensor probabilities = _values["in.is.probs"];
        EvaluationPair[] pairs = [.. Enumerable.Repeat(MetricExamples.Pair("a"), (int)probabilities.shape[0])];
        using IMetric metric = InceptionScore.Definition.Create(
            MetricExamples.Context(pairs) with { Features = new NamedFeatures(3) { ClassesNote = classes } });
        foreach (Tensor batch in probabilities.split(7))
        {
            using DisposeScope scope = NewDisposeScope();
            metric.Add(MetricExamples.Batch(zeros(1, 3), batch.clone())); // tensors of a batch are disposed after it
        }

        MetricValue value = MetricExamples.Only(metric).Value;

        Assert.Equal(expected.GetProperty("mean").GetDouble(), value.Value, 1e-6);
        Assert.Equal(expected.GetProperty("std").GetDouble(), value.Deviation!.Value, 1e-6);
        Assert.Equal(("inception_score", "features", note), (value.Name, value.Network, value.Note));
        Assert.Equal((true, false, pairs.Length), (value.HigherIsBetter, value.IsShare, value.Count));
    }

    [Theory]
    [InlineData(10, true, null)]
    [InlineData(9, true, "it needs at least 10 images, one for each of its 10 splits, and there are 9")]
    [InlineData(10, false, "needs 2 to 1000 classes")]
    public void The_metric_needs_ten_images_and_classes(int images, bool hasClasses, string? obstacle)
    {
        MetricContext context = MetricExamples.Context([.. Enumerable.Repeat(MetricExamples.Pair("a"), images)]);

        string? found = InceptionScore.Definition.FindObstacle(
            context with { Features = new NamedFeatures(3) { HasClasses = hasClasses } });

        Assert.Equal(obstacle is null, found is null);
        Assert.Contains(obstacle ?? "", found ?? "");
    }

    public void Dispose()
    {
        _scope.Dispose();
        _expected.Dispose();
        _values.Dispose();
    }
}
