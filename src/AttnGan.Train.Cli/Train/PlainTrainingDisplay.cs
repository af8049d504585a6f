using AttnGan.Training.Trainers;

namespace AttnGan.Cli.Train;

/// <summary>For files and pipes: writes a line every 20 steps, or after 10 seconds if steps are slow; at most one per second.</summary>
internal sealed class PlainTrainingDisplay(TextWriter output) : TrainingDisplay
{
    private const int StepsBetween = 20;
    private static readonly TimeSpan s_minInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_maxInterval = TimeSpan.FromSeconds(10);

    private TimeSpan? _lastTime;
    private long _lastStep;
    private string? _lastKind;

    public override void WriteLine(string text) => output.WriteLine(text);

    protected override void OnStep(StepDone step, StepRate rate, TimeSpan now)
    {
        TimeSpan? interval = now - _lastTime;
        bool isDue = _lastKind != step.Kind || interval >= s_maxInterval ||
            (Math.Abs(step.Step - _lastStep) >= StepsBetween && interval >= s_minInterval);
        if (isDue)
        {
            _lastTime = now;
            _lastKind = step.Kind;
            _lastStep = step.Step;
            output.WriteLine($"{TrainingText.Step(step, rate)}: {TrainingText.Measures(step.Losses)}");
        }
    }
}
