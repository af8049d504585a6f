namespace AttnGan.Generation;

/// <summary>How far a drawing of several pictures is.</summary>
/// <param name="Done">Pictures that are finished.</param>
/// <param name="Total">Pictures that were asked for.</param>
public readonly record struct GenerationProgress(int Done, int Total);
