namespace AttnGan.Training.Data;

/// <summary>Progress of an inspection.</summary>
/// <param name="Done">Images inspected so far.</param>
/// <param name="Total">Images to inspect.</param>
public readonly record struct InspectionProgress(int Done, int Total);
