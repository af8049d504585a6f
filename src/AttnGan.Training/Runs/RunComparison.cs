using AttnGan.Training.Configuration;

namespace AttnGan.Training.Runs;

/// <summary>A comparison of runs.</summary>
/// <param name="Runs">The names of the runs; all values are in this order.</param>
/// <param name="Settings">The settings that differ.</param>
/// <param name="Metrics">Metrics on validation images.</param>
/// <param name="Progress">Steps and speed of each training.</param>
internal sealed record RunComparison(
    IReadOnlyList<string> Runs,
    IReadOnlyList<SettingComparison> Settings,
    IReadOnlyList<MetricComparison> Metrics,
    IReadOnlyList<PartComparison> Progress)
{
    public static RunComparison Of(IReadOnlyList<RunSummary> runs)
    {
        List<MetricComparison> metrics = [];
        List<PartComparison> progress = [];
        foreach (string kind in new[] { TrainingKind.Damsm, TrainingKind.Gan })
        {
            RunPartSummary?[] parts = [.. runs.Select(run => run.Parts.FirstOrDefault(part => part.Kind == kind))];
            if (parts.Any(part => part is not null))
            {
                progress.Add(new PartComparison(
                    kind,
                    [.. parts.Select(part => part?.Step)],
                    [.. parts.Select(part => part?.Steps)],
                    [.. parts.Select(part => part?.StepsPerSecond)]));
                metrics.AddRange(CompareMetrics(kind, parts));
            }
        }

        return new RunComparison([.. runs.Select(run => run.Name)], [.. CompareSettings(runs)], metrics, progress);
    }

    private static IEnumerable<SettingComparison> CompareSettings(IReadOnlyList<RunSummary> runs)
    {
        Dictionary<string, string>?[] settings =
            [.. runs.Select(run => run.Config is null ? null : ConfigReader.Settings(run.Config).ToDictionary())];
        return ConfigSchema.Settings
            .Select(key => new SettingComparison(key, [.. settings.Select(values => values?[key])]))
            .Where(setting => setting.Values.Distinct().Count() > 1);
    }

    private static IEnumerable<MetricComparison> CompareMetrics(string kind, RunPartSummary?[] parts) => parts
        .SelectMany(part => part?.Entries ?? [])
        .Where(entry => entry.Kind == TrainingLog.Validation)
        .SelectMany(entry => entry.Measures)
        .Select(measure => measure.Name)
        .Distinct()
        .Select(name => new MetricComparison(
            kind, name, [.. parts.Select(part => At(part?.Last, name))], [.. parts.Select(part => At(part?.Best, name))]));

    private static MetricAtStep? At(LogEntry? entry, string name) => entry?[name] is { } value ? new MetricAtStep(entry.Step, value) : null;
}

/// <summary>A setting of each run.</summary>
/// <param name="Key">The key of the setting.</param>
/// <param name="Values">The values as YAML; null if the configuration cannot be read.</param>
internal sealed record SettingComparison(string Key, IReadOnlyList<string?> Values);

/// <summary>A metric of each run.</summary>
/// <param name="Part"><see cref="TrainingKind.Damsm"/> or <see cref="TrainingKind.Gan"/>.</param>
/// <param name="Name">The name of the metric.</param>
/// <param name="Last">The values of the last evaluations; null where it was not measured.</param>
/// <param name="Best">The values of the best evaluations; null where it was not measured.</param>
internal sealed record MetricComparison(string Part, string Name, IReadOnlyList<MetricAtStep?> Last, IReadOnlyList<MetricAtStep?> Best);

/// <summary>The value of a metric at a step.</summary>
internal sealed record MetricAtStep(long Step, double Value);

/// <summary>The progress of one training of each run.</summary>
/// <param name="Part"><see cref="TrainingKind.Damsm"/> or <see cref="TrainingKind.Gan"/>.</param>
/// <param name="Step">Number of steps made; null where it has not begun.</param>
/// <param name="Steps">Total number of steps; null where it is unknown.</param>
/// <param name="StepsPerSecond">The median of all logged values; null before the first.</param>
internal sealed record PartComparison(
    string Part, IReadOnlyList<long?> Step, IReadOnlyList<long?> Steps, IReadOnlyList<double?> StepsPerSecond);
