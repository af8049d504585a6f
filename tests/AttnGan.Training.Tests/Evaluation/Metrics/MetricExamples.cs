using AttnGan.Imaging;
using AttnGan.Training.Data;
using AttnGan.Training.Evaluation.Metrics;
using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Subjects;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Evaluation.Metrics;

/// <summary>Inputs of metrics without a dataset and without trained networks.</summary>
internal static class MetricExamples
{
    /// <summary>Creates a pair whose class is its caption unless given.</summary>
    public static EvaluationPair Pair(string caption, string? name = null) =>
        new(new CaptionedImage("a.png", "a.png", [caption]), caption, name ?? caption, Category: null);

    public static MetricContext Context(params IReadOnlyList<EvaluationPair> pairs) => new()
    {
        Pairs = pairs,
        Captions = new CandidatePool(pairs.Select(pair => (pair.Caption, pair.Class))),
        Seed = 7,
    };

    public static ImageBatch Batch(params IReadOnlyList<(string Caption, RgbImage Image)> images) => new(
        [.. images.Select(image => Pair(image.Caption))], [.. images.Select(image => new SubjectImage(image.Image))], features: null);

    /// <summary>A batch of features, whose images are not looked at.</summary>
    public static ImageBatch Batch(Tensor features, Tensor? probabilities = null) =>
        new([], [], new FeatureReading(features, probabilities));

    public static MetricResult Only(IMetric metric) => Assert.Single(metric.Compute());
}

/// <summary>The identity of a feature network; features are given with the batches.</summary>
internal sealed class NamedFeatures(int dimensions) : IFeatureNetwork
{
    public EvaluationNetwork Network { get; } = new(IFeatureNetwork.Role, "test", "0", "none");

    public int Dimensions => dimensions;

    public bool HasClasses { get; init; } = true;

    public string? DistanceSuffix => "test features";

    public string? ClassesNote { get; init; }

    public FeatureReading Read(Tensor images) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
