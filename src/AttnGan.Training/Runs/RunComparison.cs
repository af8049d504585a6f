using AttnGan.Training.Configuration;

namespace AttnGan.Training.Runs;

/// <summary>Runs side by side.</summary>
/// <param name="Runs">Their names, in the order of all values.</param>
/// <param name="Settings">Settings that are not the same in all of them.</param>
/// <param name="Figures">What was measured on held-out images.</param>
/// <param name="Progress">Steps and speed of each part that a run has begun.</param>
internal sealed record RunComparison(
    IReadOnlyList<string> Runs,
    IReadOnlyList<SettingComparison> Settings,
    IReadOnlyList<FigureComparison> Figures,
    IReadOnlyList<PartComparison> Progress)
{
    public static RunComparison Of(IReadOnlyList<RunSummary> runs)
    {
        Dictionary<string, string>?[] settings =
            [.. runs.Select(run => run.Config is null ? null : ConfigReader.Settings(run.Config).ToDictionary(setting => setting.Key, setting => setting.Value))];
        List<FigureComparison> figures = [];
        List<PartComparison> progress = [];
        foreach (string kind in new[] { "damsm", "gan" })
        {
            RunPartSummary?[] parts = [.. runs.Select(run => run.Parts.FirstOrDefault(part => part.Kind == kind))];
            if (parts.All(part => part is null))
            {
                continue;
            }

            progress.Add(new PartComparison(
                kind, [.. parts.Select(part => part?.Step)], [.. parts.Select(part => part?.Steps)], [.. parts.Select(part => part?.StepsPerSecond)]));
            figures.AddRange(parts
                .SelectMany(part => part?.Entries ?? [])
                .Where(entry => entry.Kind == TrainingLog.Validation)
                .SelectMany(entry => entry.Measures)
                .Select(measure => measure.Name)
                .Distinct()
                .Select(name => new FigureComparison(
                    kind, name, [.. parts.Select(part => At(part?.Last, name))], [.. parts.Select(part => At(part?.Best, name))])));
        }

        return new RunComparison(
            [.. runs.Select(run => run.Name)],
            [
                .. ConfigSchema.Settings
                    .Select(key => new SettingComparison(key, [.. settings.Select(values => values?[key])]))
                    .Where(setting => setting.Values.Distinct().Count() > 1),
            ],
            figures,
            progress);
    }

    private static FigureAtStep? At(LogEntry? entry, string name) => entry?[name] is { } value ? new FigureAtStep(entry.Step, value) : null;
}

/// <param name="Key">The setting.</param>
/// <param name="Values">Its value in each run, as YAML; null where the configuration cannot be read.</param>
internal sealed record SettingComparison(string Key, IReadOnlyList<string?> Values);

/// <param name="Part"><c>damsm</c> or <c>gan</c>.</param>
/// <param name="Name">What was measured.</param>
/// <param name="Last">At each run's last evaluation; null where it was not.</param>
/// <param name="Best">At each run's best evaluation.</param>
internal sealed record FigureComparison(string Part, string Name, IReadOnlyList<FigureAtStep?> Last, IReadOnlyList<FigureAtStep?> Best);

internal sealed record FigureAtStep(long Step, double Value);

/// <param name="Part"><c>damsm</c> or <c>gan</c>.</param>
/// <param name="Step">Steps made by each run; null where it has not begun.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="StepsPerSecond">The middle one of all that were logged.</param>
internal sealed record PartComparison(
    string Part, IReadOnlyList<long?> Step, IReadOnlyList<long?> Steps, IReadOnlyList<double?> StepsPerSecond);
