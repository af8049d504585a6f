using AttnGan.Training.Checkpoints;

namespace AttnGan.Training.Runs;

/// <summary>The state of one training of a run, from its log and its newest checkpoint.</summary>
/// <param name="Kind"><see cref="TrainingKind.Damsm"/> or <see cref="TrainingKind.Gan"/>.</param>
/// <param name="Step">Number of steps made.</param>
/// <param name="Steps">Total number of steps; null if unknown.</param>
/// <param name="IsComplete">True if the last epoch has ended.</param>
/// <param name="StepsPerSecond">The median of all logged values; null before the first.</param>
/// <param name="Losses">The last line with losses.</param>
/// <param name="Last">The last evaluation.</param>
/// <param name="Best">The evaluation of the best checkpoint.</param>
/// <param name="Entries">All lines of the log.</param>
/// <param name="Problem">The error message if the newest checkpoint cannot be read; null if it can.</param>
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
    /// <summary>Reads the state of a training.</summary>
    /// <param name="part">The folder of the training.</param>
    /// <param name="epochs">Number of epochs in the configuration; null if unknown.</param>
    /// <param name="batchSize">The batch size in the configuration; null if unknown.</param>
    /// <exception cref="AttnGanException">The log cannot be read.</exception>
    public static RunPartSummary Read(RunPart part, int? epochs, int? batchSize)
    {
        IReadOnlyList<LogEntry> entries = LogEntry.ReadAll(part.Log);
        (Checkpoint? checkpoint, string? problem) = NewestCheckpoint(part);
        double[] speeds = [.. entries.Select(entry => entry["images_per_second"]).OfType<double>().Order()];
        int? totalEpochs = epochs ?? checkpoint?.Config switch
        {
            null => null,
            var config => part.Kind == TrainingKind.Damsm ? config.Damsm.Epochs : config.Gan.Epochs,
        };
        return new RunPartSummary(
            part.Kind,
            Math.Max(checkpoint?.Step ?? 0, entries is [.., var newest] ? newest.Step : 0),
            checkpoint is null || totalEpochs is null ? null : LoopState.TotalSteps(checkpoint, totalEpochs.Value),
            checkpoint?.Epoch >= totalEpochs,
            speeds.Length > 0 && batchSize is { } size ? speeds[speeds.Length / 2] / size : null,
            entries.LastOrDefault(entry => entry.Kind == TrainingLog.Training),
            entries.LastOrDefault(entry => entry.Kind == TrainingLog.Validation),
            BestEvaluation.Of(entries, part),
            entries,
            problem);
    }

    private static (Checkpoint? Checkpoint, string? Problem) NewestCheckpoint(RunPart part)
    {
        // A training deletes old checkpoints, and newer ones after going back: retry if one was deleted since it was listed.
        const int Attempts = 3;
        for (int attempt = 1; ; attempt++)
        {
            if (CheckpointStore.ForReading(part.Checkpoints, part.Kind).Latest() is not { } path)
            {
                return (null, null);
            }

            try
            {
                return (Checkpoint.ReadHeader(path, part.Kind), null);
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
