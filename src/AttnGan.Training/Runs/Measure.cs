namespace AttnGan.Training.Runs;

/// <summary>A named number.</summary>
internal sealed record Measure(string Name, double Value);
