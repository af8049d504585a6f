namespace AttnGan.Generation;

/// <summary>How far a drawing of several images is.</summary>
/// <param name="Done">Images that are finished.</param>
/// <param name="Total">Images that were asked for.</param>
public readonly record struct GenerationProgress(int Done, int Total);
