namespace AttnGan.Training.Runs;

/// <summary>A loss or a metric with its value.</summary>
internal sealed record Measure(string Name, double Value);
