using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;

namespace AttnGan.Cli.Train;

/// <summary>Training progress in words and figures.</summary>
internal static class TrainingText
{
    public static string Step(StepDone step, StepRate rate)
    {
        string speed = rate.ImagesPerSecond is { } images ? $", {images:F1} images/s" : "";
        string left = rate.TimeFor(step.Steps - step.Step) is { } time ? $", {Duration(time)} left" : "";
        return $"{step.Kind} epoch {step.Epoch + 1}/{step.Epochs}, step {step.Step}/{step.Steps}{speed}{left}";
    }

    public static string Epoch(EpochEnded epoch) => $"{epoch.Kind} epoch {epoch.Epoch + 1} ended: {Measures(epoch.Measures)}";

    public static string Evaluation(StepEvaluated evaluated) =>
        $"{evaluated.Kind} step {evaluated.Step} evaluated: {Measures(evaluated.Measures)}";

    public static string Restart(EpochRestarted epoch) =>
        $"{epoch.Kind} epoch {epoch.Epoch + 1} begins again: batch size or images are others than in the checkpoint, which has " +
        $"{epoch.Batches} batches of it.";

    public static string Measures(IReadOnlyList<Measure> measures) =>
        string.Join("  ", measures.Select(measure => $"{measure.Name} {measure.Value:F3}"));

    public static string Duration(TimeSpan time) =>
        time.TotalDays >= 1 ? $"{(int)time.TotalDays}d {time.Hours}h"
        : time.TotalHours >= 1 ? $"{time.Hours}h {time.Minutes:D2}m"
        : time.TotalMinutes >= 1 ? $"{time.Minutes}m {time.Seconds:D2}s"
        : $"{time.Seconds}s";
}
