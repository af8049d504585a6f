namespace AttnGan.Generation;

/// <summary>The progress of a call that generates several images.</summary>
/// <param name="Done">Images generated so far.</param>
/// <param name="Total">Images requested.</param>
public readonly record struct GenerationProgress(int Done, int Total);
