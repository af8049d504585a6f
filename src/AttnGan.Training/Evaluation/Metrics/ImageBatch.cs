using AttnGan.Training.Evaluation.Networks;
using AttnGan.Training.Evaluation.Subjects;

namespace AttnGan.Training.Evaluation.Metrics;

/// <summary>A batch of images with the features that metrics share. Tensors are disposed after the batch.</summary>
/// <param name="pairs">The captions.</param>
/// <param name="images">The images of the captions.</param>
/// <param name="features">Their features; null unless a metric requires them.</param>
internal sealed class ImageBatch(IReadOnlyList<EvaluationPair> pairs, IReadOnlyList<SubjectImage> images, FeatureReading? features)
{
    private readonly Lazy<byte[][]> _colors = new(() => [.. images.Select(image => BasicColors.Classify(image.Image))]);

    public IReadOnlyList<EvaluationPair> Pairs => pairs;

    public IReadOnlyList<SubjectImage> Images => images;

    /// <summary>Features of the images; null if no metric requires them.</summary>
    public FeatureReading? Features => features;

    /// <summary>The number of the basic color of each pixel of each image (<see cref="BasicColors"/>).</summary>
    public IReadOnlyList<byte[]> Colors => _colors.Value;
}
