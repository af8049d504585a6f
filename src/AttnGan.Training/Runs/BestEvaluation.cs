using AttnGan.Training.Checkpoints;

namespace AttnGan.Training.Runs;

/// <summary>Finds the evaluation in a log whose checkpoint is the best.</summary>
internal static class BestEvaluation
{
    /// <returns>Null if there is no best checkpoint, or if it cannot be read.</returns>
    public static LogEntry? Of(IReadOnlyList<LogEntry> entries, RunPart part)
    {
        if (!File.Exists(part.BestCheckpoint))
        {
            return null;
        }

        try
        {
            long step = Checkpoint.ReadHeader(part.BestCheckpoint, part.Kind).Step;
            return entries.LastOrDefault(entry => entry.Kind == TrainingLog.Validation && entry.Step == step);
        }
        catch (AttnGanException)
        {
            // The evaluation is only a mark in a plot. Code that needs the checkpoint reports the error.
            return null;
        }
    }
}
