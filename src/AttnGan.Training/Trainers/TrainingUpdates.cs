using AttnGan.Training.Runs;

namespace AttnGan.Training.Trainers;

/// <summary>Turns the events of a training into <see cref="TrainingUpdate"/>.</summary>
internal sealed class TrainingUpdates(IProgress<TrainingUpdate>? receiver) : IProgress<TrainingProgress>
{
    private TrainingUpdate? _last;

    public void Report(TrainingProgress value)
    {
        switch (value)
        {
            case StepDone step:
                TrainingPart part = step.Kind == TrainingKind.Damsm ? TrainingPart.Damsm : TrainingPart.Gan;
                _last = new TrainingUpdate(part, step.Step, step.Steps, step.Epoch + 1, step.Epochs, ByName(step.Losses));
                receiver?.Report(_last);
                break;
            case EpochEnded { Measures: var measures }:
                ReportMetrics(measures);
                break;
            case StepEvaluated { Measures: var measures }:
                ReportMetrics(measures);
                break;
        }
    }

    private void ReportMetrics(IReadOnlyList<Measure> measures)
    {
        if (_last is not null)
        {
            receiver?.Report(_last with { Metrics = ByName(measures) });
        }
    }

    private static Dictionary<string, double> ByName(IReadOnlyList<Measure> measures) =>
        measures.ToDictionary(measure => measure.Name, measure => measure.Value, StringComparer.Ordinal);
}
