using AttnGan.Training.Checkpoints;

namespace AttnGan.Training.Runs;

/// <summary>The evaluation in a log that the best checkpoint is from.</summary>
internal static class BestEvaluation
{
    /// <returns>Null where there is no best checkpoint, or none that can be read.</returns>
    public static LogEntry? Of(IReadOnlyList<LogEntry> entries, RunPart part)
    {
        if (!File.Exists(part.BestCheckpoint))
        {
            return null;
        }

        try
        {
            long step = Checkpoint.Look(part.BestCheckpoint, part.Kind).Step;
            return entries.LastOrDefault(entry => entry.Kind == TrainingLog.Validation && entry.Step == step);
        }
        catch (AttnGanException)
        {
            // Whoever needs it hears of it; here it is a mark on a figure.
            return null;
        }
    }
}
