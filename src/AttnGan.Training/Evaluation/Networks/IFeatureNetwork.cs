using AttnGan.Training.Evaluation.Reports;
using static TorchSharp.torch;

namespace AttnGan.Training.Evaluation.Networks;

/// <summary>A network whose features the Fréchet distance, the Inception score and the diversity are taken of.</summary>
internal interface IFeatureNetwork : IDisposable
{
    /// <summary>Its role in a report.</summary>
    const string Role = "features";

    /// <summary>What a report says of it.</summary>
    EvaluationNetwork Network { get; }

    /// <summary>D: width of the features.</summary>
    int Dimensions { get; }

    /// <summary>Whether it tells classes apart, as the Inception score needs.</summary>
    bool HasClasses { get; }

    /// <summary>What the Fréchet distance of these features is called.</summary>
    string DistanceTitle { get; }

    /// <summary>What a reader of the Inception score must know of the classes; null for nothing.</summary>
    string? ScoreNote { get; }

    /// <param name="images">(B, 3, S, S) in [-1, 1].</param>
    FeatureReading Read(Tensor images);
}

/// <param name="Features">(B, D).</param>
/// <param name="Probabilities">(B, classes); null where the network tells no classes apart.</param>
internal sealed record FeatureReading(Tensor Features, Tensor? Probabilities);
