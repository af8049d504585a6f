namespace AttnGan.Training.Data;

/// <summary>The size of a split.</summary>
/// <param name="Name"><c>train</c>, <c>validation</c> or <c>other</c>.</param>
/// <param name="Images">Number of images.</param>
/// <param name="Captions">Number of captions of these images.</param>
public sealed record SplitSummary(string Name, int Images, int Captions);
