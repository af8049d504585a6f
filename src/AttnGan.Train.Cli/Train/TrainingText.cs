using AttnGan.Cli.Hosting;
using AttnGan.Training.Runs;
using AttnGan.Training.Trainers;

namespace AttnGan.Cli.Train;

/// <summary>Formats training progress as single lines.</summary>
internal static class TrainingText
{
    private const int MaxWords = 10;

    public static string Step(StepDone step, StepRate rate)
    {
        string speed = rate.ImagesPerSecond is { } images ? $", {images:F1} images/s" : "";
        string remaining = rate.TimeFor(step.Steps - step.Step) is { } time ? $", {DurationText.Format(time)} left" : "";
        return $"{step.Kind} epoch {step.Epoch + 1}/{step.Epochs}, step {step.Step}/{step.Steps}{speed}{remaining}";
    }

    public static string Epoch(EpochEnded epoch) => $"{epoch.Kind} epoch {epoch.Epoch + 1} ended: {Measures(epoch.Measures)}";

    public static string Evaluation(StepEvaluated evaluated) =>
        $"{evaluated.Kind} step {evaluated.Step} evaluated: {Measures(evaluated.Measures)}";

    public static string Restart(EpochRestarted epoch) =>
        $"{epoch.Kind} epoch {epoch.Epoch + 1} restarts: the batch size or the images differ from those of the checkpoint, which has " +
        $"{epoch.Batches} batches of it.";

    public static string Words(WordCoverage coverage)
    {
        int found = coverage.Words - coverage.Missing.Count;
        string missing = coverage.Missing.Count == 0 ? "" :
            $"; the others begin with random values: {string.Join(", ", coverage.Missing.Take(MaxWords))}" +
            (coverage.Missing.Count > MaxWords ? ", …" : "");
        return $"{found} of {coverage.Words} words of the vocabulary have a vector in `{coverage.Path}`{missing}.";
    }

    public static string Measures(IReadOnlyList<Measure> measures) =>
        string.Join("  ", measures.Select(measure => $"{measure.Name} {measure.Value:F3}"));
}
