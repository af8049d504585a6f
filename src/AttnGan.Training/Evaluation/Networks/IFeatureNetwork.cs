using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Networks;

/// <summary>A network whose image features are compared by distances, recognition, the Inception score and the diversity.</summary>
internal interface IFeatureNetwork : IDisposable
{
    /// <summary>Its role in a report.</summary>
    const string Role = "features";

    /// <summary>Its identity in reports.</summary>
    EvaluationNetwork Network { get; }

    /// <summary>D: width of the features.</summary>
    int Dimensions { get; }

    /// <summary>True if it classifies images, which the Inception score needs.</summary>
    bool HasClasses { get; }

    /// <summary>What it is called in titles of distances; null for Inception, whose distances have published names.</summary>
    string? DistanceSuffix { get; }

    /// <summary>A note on the classes beside the Inception score; null for none.</summary>
    string? ClassesNote { get; }

    /// <summary>Computes features, and class probabilities if <see cref="HasClasses"/>.</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    FeatureReading Read(Tensor images);

    /// <summary>Returns the title of a distance of its features.</summary>
    /// <param name="published">The title with Inception.</param>
    /// <param name="other">The title without a network.</param>
    string TitleOf(string published, string other) => DistanceSuffix is null ? published : $"{other} ({DistanceSuffix})";
}

/// <param name="Features">(B, D).</param>
/// <param name="Probabilities">(B, classes); null if the network has no classes.</param>
internal sealed record FeatureReading(Tensor Features, Tensor? Probabilities);
