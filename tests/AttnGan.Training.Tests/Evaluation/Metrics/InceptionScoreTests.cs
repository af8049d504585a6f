using System.Text.Json;
using AttnGan.Training.Evaluation.Metrics;
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

    public void Dispose()
    {
        _scope.Dispose();
        _expected.Dispose();
        _values.Dispose();
    }
}
