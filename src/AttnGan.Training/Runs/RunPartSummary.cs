using AttnGan.Training.Checkpoints;

namespace AttnGan.Training.Runs;

/// <summary>One training of a run as its log and its newest checkpoint tell.</summary>
/// <param name="Kind"><c>damsm</c> or <c>gan</c>.</param>
/// <param name="Step">Steps made.</param>
/// <param name="Steps">Steps in all; null where nothing says.</param>
/// <param name="IsComplete">Whether its last epoch has ended.</param>
/// <param name="StepsPerSecond">The middle one of all that were logged; null before the first.</param>
/// <param name="Losses">The last line with losses.</param>
/// <param name="Last">The last evaluation.</param>
/// <param name="Best">The evaluation that the best checkpoint is from.</param>
/// <param name="Entries">The whole log.</param>
/// <param name="Problem">Why the newest checkpoint cannot be read; null if it can.</param>
internal sealed record RunPartSummary(
    string Kind,
    long Step,
    long? Steps,
    bool IsComplete,
    double? StepsPerSecond,
    LogEntry? Losses,
    LogEntry? Last,
    LogEntry? Best,
    IReadOnlyList<LogEntry> Entries,
    string? Problem)
{
    /// <param name="part">The part.</param>
    /// <param name="epochs">Its epochs by the configuration; null where that is unknown.</param>
    /// <param name="batchSize">Its batch size by the configuration.</param>
    /// <exception cref="AttnGanException">The log cannot be read.</exception>
    public static RunPartSummary Read(RunPart part, int? epochs, int? batchSize)
    {
        IReadOnlyList<LogEntry> entries = LogEntry.ReadAll(part.Log);
        (Checkpoint? checkpoint, string? problem) = NewestCheckpoint(part);
        double[] speeds = [.. entries.Select(entry => entry["images_per_second"]).OfType<double>().Order()];
        int? all = epochs ?? checkpoint?.Config switch
        {
            null => null,
            var config => part.Kind == "damsm" ? config.Damsm.Epochs : config.Gan.Epochs,
        };
        return new RunPartSummary(
            part.Kind,
            Math.Max(checkpoint?.Step ?? 0, entries is [.., var newest] ? newest.Step : 0),
            checkpoint is null || all is null ? null : LoopState.TotalSteps(checkpoint, all.Value),
            checkpoint?.Epoch >= all,
            speeds.Length > 0 && batchSize is { } size ? speeds[speeds.Length / 2] / size : null,
            entries.LastOrDefault(entry => entry.Kind == TrainingLog.Training),
            entries.LastOrDefault(entry => entry.Kind == TrainingLog.Validation),
            BestEvaluation.Of(entries, part),
            entries,
            problem);
    }

    private static (Checkpoint? Checkpoint, string? Problem) NewestCheckpoint(RunPart part)
    {
        // A training deletes old ones, and with a step back newer ones: what has gone since it was listed is looked for again.
        const int Attempts = 3;
        for (int attempt = 1; ; attempt++)
        {
            if (CheckpointStore.ForReading(part.Checkpoints, part.Kind).Latest() is not { } path)
            {
                return (null, null);
            }

            try
            {
                return (Checkpoint.Look(path, part.Kind), null);
            }
            catch (AttnGanException) when (!File.Exists(path) && attempt < Attempts)
            {
            }
            catch (AttnGanException exception)
            {
                return (null, exception.Message);
            }
        }
    }
}
