using AttnGan.Training.Trainers;

namespace AttnGan.Cli.Train;

/// <summary>Shows the results of epochs only.</summary>
internal sealed class QuietTrainingDisplay : TrainingDisplay
{
    public override void WriteLine(string text) => Console.Out.WriteLine(text);

    protected override void OnStep(StepDone step, StepRate rate, TimeSpan now)
    {
    }
}
