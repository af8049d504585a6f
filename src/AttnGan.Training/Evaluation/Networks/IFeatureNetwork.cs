using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Networks;

/// <summary>A network whose image features the Fréchet distance, the Inception score and the diversity are computed from.</summary>
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

    /// <summary>The title of the Fréchet distance of its features.</summary>
    string FrechetDistanceTitle { get; }

    /// <summary>A note on the classes beside the Inception score; null for none.</summary>
    string? ClassesNote { get; }

    /// <summary>Computes features, and class probabilities if <see cref="HasClasses"/>.</summary>
    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    FeatureReading Read(Tensor images);
}

/// <param name="Features">(B, D).</param>
/// <param name="Probabilities">(B, classes); null if the network has no classes.</param>
internal sealed record FeatureReading(Tensor Features, Tensor? Probabilities);
